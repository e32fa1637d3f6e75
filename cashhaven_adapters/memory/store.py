"""What is durable in memory: committed rows, committed events, the next numbers."""

import secrets
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from cashhaven_adapters.memory.locks import Locks
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.stream.stored_event import StoredEvent

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Unique(Generic[V]):
    """Something no two rows of a table share; rows for which it is `None` do not count."""

    name: str
    value: Callable[[V], Hashable | None]
    refuse: Callable[[V], DomainError]
    """Makes the area's error for the row that comes too late."""


@dataclass(frozen=True, eq=False)
class Table(Generic[K, V]):
    """Names rows of one kind; a repository declares it once, as a constant of its module."""

    name: str
    unique: tuple[Unique[V], ...] = ()


def new_epoch() -> str:
    """Return what nobody has ever drawn before."""
    return secrets.token_hex(16)


@dataclass(slots=True, eq=False)
class PlacedEvents:
    """The events that have a place in the stream."""

    epoch: str = field(default_factory=new_epoch)
    head: int = 0
    """The last offset that was given; as many events of the store have a place."""
    floor: int = 0
    """Events up to this offset are forgotten."""
    events: list[StoredEvent] = field(default_factory=list)
    """Those after the floor, in order."""


class MemoryStore:
    """The books of one shop; several units of work share it.

    Rows in it are never changed in place, neither by a commit, which replaces them, nor by readers.
    """

    def __init__(self) -> None:
        self.events: list[DomainEvent] = []
        """What happened, in the order of the commits."""
        self.event_listeners: list[Callable[[], None]] = []
        """Told after each commit with events in it."""
        self.placed = PlacedEvents()
        self.locks = Locks()
        self.numbers: Counter[str] = Counter()
        """The highest number given out so far, by sequence."""
        self._rows: dict[str, dict[Any, Any]] = {}
        self._holders: dict[tuple[str, str], dict[Hashable, Any]] = {}

    def rows(self, table: Table[K, V]) -> Mapping[K, V]:
        """Return the committed rows, in the order of their coming."""
        return cast(dict[K, V], self._rows.setdefault(table.name, {}))

    def holder(self, table: Table[K, V], unique: Unique[V], value: Hashable) -> K | None:
        """Return the key of the committed row that has this unique value."""
        return self._holders.get((table.name, unique.name), {}).get(value)

    def apply(self, table: Table[K, V], changes: Mapping[K, V | None]) -> None:
        """Replace rows by these; `None` removes one. Units of work call it when they commit."""
        rows = self._rows.setdefault(table.name, {})
        for unique in table.unique:
            holders = self._holders.setdefault((table.name, unique.name), {})
            for key in changes:
                if key in rows:
                    holders.pop(unique.value(rows[key]), None)
            for key, row in changes.items():
                value = None if row is None else unique.value(row)
                if value is not None:
                    holders[value] = key
        for key, row in changes.items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
