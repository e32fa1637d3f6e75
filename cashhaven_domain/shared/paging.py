"""Lists in pages."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Self, TypeVar

from cashhaven_domain.shared.errors import InvalidInput

WHOLE_LIST = 10_000
"""How many rows an unpaged list holds at most: a till's memory and a second of transfer."""
LARGEST_PAGE = 1_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HIGHEST_ID = 2**63 - 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after the last row read: its id and, in lists sorted by time, its moment."""

    id: int
    moment: datetime | None = None

    def encode(self) -> str:
        """Return the opaque text that clients hand back."""
        text = f"{self.id}"
        if self.moment is not None:
            text += f".{(self.moment - _EPOCH) // _MICROSECOND}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the place that `encode` named.

        Raises:
            InvalidInput: no cursor of ours.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            number, _, micros = raw.decode("ascii").partition(".")
            if not (number.isdecimal() and 0 < int(number) <= _HIGHEST_ID):
                raise ValueError(text)
            moment = _EPOCH + int(micros) * _MICROSECOND if micros else None
        except (ValueError, OverflowError, binascii.Error):
            raise InvalidInput("depois: cursor inválido") from None
        return cls(int(number), moment)

    def by_moment(self) -> tuple[datetime, int]:
        """Return the place in a list that is sorted by moment and then id.

        Raises:
            InvalidInput: the place is in a list of another kind.
        """
        if self.moment is None:
            raise InvalidInput("depois: cursor inválido")
        return self.moment, self.id


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted; without a limit, as much as a whole list may hold."""

    limit: int | None = None
    after: Cursor | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and not 1 <= self.limit <= LARGEST_PAGE:
            raise InvalidInput(f"limit: deve ser de 1 a {LARGEST_PAGE}")

    @property
    def size(self) -> int:
        """How many rows the answer may hold."""
        return self.limit if self.limit is not None else WHOLE_LIST


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list; `next` is where to go on when more rows exist."""

    items: tuple[T, ...]
    next: Cursor | None = None

    @classmethod
    def cut(cls, rows: Sequence[T], size: int, place: Callable[[T], Cursor]) -> Self:
        """Return the first `size` rows, and where to go on if there are more of them."""
        items = tuple(rows[:size])
        return cls(items, place(items[-1]) if len(rows) > size else None)
