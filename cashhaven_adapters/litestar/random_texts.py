"""Random texts in plenty: the operating system is asked for many at once."""

import secrets
import time

DIGITS = 32
"""How long an id is: as many hexadecimal digits."""
_DRAWN = 4_096
"""Digits drawn at once."""
_MOMENT = 12
"""How many digits tell the moment, in milliseconds: enough for longer than shops exist."""


class _Digits:
    """Hexadecimal digits that nobody can foretell, each given away once.

    They are of one process and one thread: whoever starts others by copying would copy them too.
    """

    def __init__(self) -> None:
        self._drawn = ""
        self._given = 0

    def take(self, count: int) -> str:
        """Return so many digits."""
        begin = self._given
        end = self._given = begin + count
        if end > len(self._drawn):
            self._drawn = secrets.token_hex(_DRAWN // 2)
            begin, end = 0, count
            self._given = count
        return self._drawn[begin:end]


_digits = _Digits()


def random_text() -> str:
    """Return an id that nobody has."""
    return _digits.take(DIGITS)


def rising_text() -> str:
    """Return an id that nobody has; later ones sort behind it, so indexes grow at their end."""
    return f"{time.time_ns() // 1_000_000:0{_MOMENT}x}{_digits.take(DIGITS - _MOMENT)}"
