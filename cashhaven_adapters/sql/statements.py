"""Statements of the hot path, as both families of engines take them.

MySQL and MariaDB get texts, several of them in one; SQLite gets a statement and what to bind.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Table

from cashhaven_adapters.sql import bindings, texts
from cashhaven_adapters.sql.errors import Refusals

Values = Sequence[object]
Record = tuple[Any, ...]

NO_REFUSALS: Refusals = {}
_INSERT = "INSERT INTO"
_CHARACTERS_AT_ONCE = 250_000
"""An insert longer than this is written as several: no more than a MiB, whatever the characters."""


class Statement(Protocol):
    """Something to be sent."""

    @property
    def table(self) -> str:
        """The table it is about."""
        ...

    @property
    def refusals(self) -> Refusals:
        """Which constraints may refuse it, by name, and what that means."""
        ...

    @property
    def expected(self) -> int | None:
        """How many rows it must change, or nothing that comes after it is done."""
        ...

    @property
    def kinds(self) -> Sequence[type]:
        """What its rows hold; nothing when it only changes something."""
        ...

    def as_texts(self) -> Iterator[str]:
        """Return the statement as MySQL and MariaDB understand it, maybe in several pieces."""
        ...

    def as_bound(self) -> tuple[str, Sequence[Values]]:
        """Return it as SQLite understands it, and what to bind, once for each time it is done."""
        ...


class Into:
    """Some columns of a table, into which rows are inserted."""

    def __init__(self, table: Table, *columns: str) -> None:
        names = ", ".join(table.c[name].name for name in columns)
        self.table = table.name
        self.head = f"{_INSERT} `{table.name}` ({names}) VALUES "
        self.bound = self.head + "(" + ", ".join("?" * len(columns)) + ")"


@dataclass(slots=True)
class Outcome:
    """What became of one statement."""

    rows: list[Record] = field(default_factory=list)
    count: int = 0
    """How many rows it found or changed."""
    number: int = 0
    """The number that the server gave for it."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Inserts rows, all of them or none as far as it is one piece."""

    into: Into
    rows: Sequence[Values]
    refusals: Refusals = field(default_factory=dict)
    tail: str = ""
    """What MySQL and MariaDB do with rows that are there."""
    expected: int | None = None
    kinds: Sequence[type] = ()

    @property
    def table(self) -> str:
        """See the protocol."""
        return self.into.table

    def as_texts(self) -> Iterator[str]:
        """See the protocol."""
        rows: list[str] = []
        length = 0
        for row in map(texts.row_of, self.rows):
            length += len(row)
            if length > _CHARACTERS_AT_ONCE and rows:
                yield self.into.head + ",".join(rows) + self.tail
                rows, length = [], len(row)
            rows.append(row)
        yield self.into.head + ",".join(rows) + self.tail

    def as_bound(self) -> tuple[str, Sequence[Values]]:
        """See the protocol."""
        return self.into.bound, [list(map(bindings.bound, row)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Change:
    """Changes or removes rows, once for each set of values; `%s` stands for a value."""

    table: str
    text: str
    rows: Sequence[Values]
    refusals: Refusals = field(default_factory=dict)
    expected: int | None = None
    kinds: Sequence[type] = ()

    def as_texts(self) -> Iterator[str]:
        """See the protocol."""
        for row in self.rows:
            yield self.text % tuple(map(texts.literal, row))

    def as_bound(self) -> tuple[str, Sequence[Values]]:
        """See the protocol."""
        return _marked(self.text), [list(map(bindings.bound, row)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for rows; `%s` stands for a value."""

    table: str
    text: str
    values: Values
    kinds: Sequence[type]
    lock: str = ""
    """How the rows are held; SQLite knows no locks of rows and needs none."""
    refusals: Refusals = field(default_factory=dict)
    expected: int | None = None

    def as_texts(self) -> Iterator[str]:
        """See the protocol."""
        yield self.text % tuple(map(texts.literal, self.values)) + self.lock

    def as_bound(self) -> tuple[str, Sequence[Values]]:
        """See the protocol."""
        return _marked(self.text), [list(map(bindings.bound, self.values))]


def listing(text: str, values: Collection[object]) -> str:
    """Return the text with as many marks as there are values in place of `(...)`."""
    return text.replace("(...)", "(" + ",".join(["%s"] * len(values)) + ")", 1)


FOR_UPDATE = " FOR UPDATE"
SHARED = " LOCK IN SHARE MODE"


def read_rows(
    kinds: Sequence[type], readers: dict[type, Callable[[Any], Any]], rows: Sequence[Sequence[Any]]
) -> list[Record]:
    """Return the rows with each field as a value of its kind."""
    chosen = [readers[kind] for kind in kinds]
    return [
        tuple(
            [
                None if field is None else read(field)
                for read, field in zip(chosen, row, strict=True)
            ]
        )
        for row in rows
    ]


def _marked(text: str) -> str:
    return text.replace("%s", "?")
