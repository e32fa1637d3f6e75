"""Values as they stand in the text of a statement to MySQL and MariaDB, and as these answer them.

Only values of known types have a literal, so that nothing else can ever get into a text. It rests
on two settings of each session: the character set utf8mb4, and backslashes that escape.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cashhaven_domain.shared.exact import text_of
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity

_CACHED = 4096


def literal(value: object) -> str:
    """Return the value as it stands in a statement."""
    return _LITERALS[type(value)](value)


def row_of(values: Iterable[object]) -> str:
    """Return the values in parentheses."""
    return "(" + ",".join([_LITERALS[type(value)](value) for value in values]) + ")"


def as_moment(value: datetime) -> str:
    """Return the moment in UTC, to the microsecond, without its zone."""
    assert value.tzinfo is not None, "a moment without a zone is none"
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:26]


def from_moment(text: str) -> datetime:
    """Return the moment that `as_moment` wrote."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _quoted(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "'" in text:
        text = text.replace("'", "\\'")
    if "\0" in text:
        text = text.replace("\0", "\\0")
    return f"'{text}'"


@lru_cache(256)
def _moment(value: datetime) -> str:
    return f"'{as_moment(value)}'"


def _text_with(places: int) -> Callable[[int], str]:
    """Return what writes so many steps; the same prices and quantities come again and again."""
    return lru_cache(_CACHED)(lambda steps: text_of(steps, places=places))


_cents, _thousandths, _ten_thousandths = _text_with(2), _text_with(3), _text_with(4)


class _Literals(dict[type, Callable[[Any], str]]):
    """What writes values of each type, also of its subclasses, such as enumerations of words."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for base in kind.__mro__:
            if base in self:
                self[kind] = self[base]
                return self[base]
        raise TypeError(f"{kind.__name__} does not get into a statement")


_LITERALS = _Literals(
    {
        type(None): lambda _: "NULL",
        bool: lambda value: "1" if value else "0",
        int: int.__repr__,
        str: _quoted,
        bytes: lambda value: f"X'{value.hex()}'",
        datetime: _moment,
        Money: lambda value: _cents(value.cents),
        Quantity: lambda value: _thousandths(value.thousandths),
        UnitCost: lambda value: _ten_thousandths(value.ten_thousandths),
    }
)


def _steps(text: bytes) -> int:
    return int(text.replace(b".", b""))


READERS: dict[type, Callable[[bytes], Any]] = {
    bool: lambda text: text != b"0",
    int: int,
    str: bytes.decode,
    bytes: bytes,
    datetime: lambda text: from_moment(str(text, "ascii")),
    # Always with all decimals.
    Money: lru_cache(_CACHED)(lambda text: Money.of_cents(_steps(text))),
    Quantity: lru_cache(_CACHED)(lambda text: Quantity.of_thousandths(_steps(text))),
    UnitCost: lru_cache(_CACHED)(lambda text: UnitCost.of_ten_thousandths(_steps(text))),
}
"""What reads the text of a field as a value of each type."""
