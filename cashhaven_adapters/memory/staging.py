"""One transaction's view of the rows: the committed ones under its own changes."""

import copy
from collections.abc import Collection, Hashable
from typing import Any, Generic, TypeVar, cast

from cashhaven_adapters.memory.locks import SECONDS_TO_WAIT
from cashhaven_adapters.memory.store import MemoryStore, Table
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.events import DomainEvent

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
H = TypeVar("H", bound=Hashable)

Changes = dict[Table[Any, Any], dict[Any, Any]]


class Staging:
    """What a transaction has changed so far, and the locks it holds for that.

    Other transactions see committed rows only (READ COMMITTED). Every change locks its row and the
    unique values it brings until the end: a version that was right at `save` is right at `commit`.
    """

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.events: list[DomainEvent] = []
        self._changes: Changes = {}

    def table(self, table: Table[K, V]) -> "StagedTable[K, V]":
        """Return the transaction's view of a table."""
        return StagedTable(self, table)

    def changes_of(self, table: Table[K, V]) -> dict[K, V | None]:
        """Return the changed rows of a table; `None` stands for a removed one."""
        return self._changes.setdefault(table, {})

    def mark(self) -> tuple[Changes, int]:
        """Return the present state, for `return_to`."""
        return {table: dict(rows) for table, rows in self._changes.items()}, len(self.events)

    def return_to(self, mark: tuple[Changes, int]) -> None:
        """Forget what was changed since the mark; its locks stay."""
        self._changes, events = mark
        del self.events[events:]

    def apply(self) -> None:
        """Make everything durable, at once: nothing else runs meanwhile."""
        for table, rows in self._changes.items():
            self.store.apply(table, rows)
        self.store.events += self.events
        self._changes, self.events = {}, []


class StagedTable(Generic[K, V]):
    """The rows of one table as one transaction sees them; copies go in and come out."""

    def __init__(self, staging: Staging, table: Table[K, V]) -> None:
        self._staging = staging
        self._store = staging.store
        self._table = table

    def find(self, key: K) -> V | None:
        """Return a copy of the row, without holding it."""
        return copy.deepcopy(self._row(key))

    async def find_for_update(self, key: K) -> V | None:
        """Return a copy of the row and hold it: nobody else changes it before the end."""
        await self.lock(key)
        return self.find(key)

    async def find_many_for_update(self, keys: Collection[K]) -> dict[K, V]:
        """Return copies of the rows that exist, by rising key, and hold them."""
        for key in sorted(set(keys), key=lambda key: cast(Any, key)):
            await self.lock(key)
        found = {key: self.find(key) for key in sorted(set(keys), key=lambda key: cast(Any, key))}
        return {key: row for key, row in found.items() if row is not None}

    def all(self) -> dict[K, V]:
        """Return all rows, not copied and changed ones last: look at them, change nothing."""
        changes = self._staging.changes_of(self._table)
        committed = self._store.rows(self._table)
        unchanged = {key: row for key, row in committed.items() if key not in changes}
        return unchanged | {key: row for key, row in changes.items() if row is not None}

    def find_taken(self, name: str, values: Collection[H]) -> frozenset[H]:
        """Return those of the values of this name that a row has."""
        return frozenset(value for value in values if self._holder_of(name, value) is not None)

    def find_by(self, name: str, value: Hashable) -> V | None:
        """Return a copy of the row with this value of this name, without holding it."""
        holder = self._holder_of(name, value)
        return None if holder is None else self.find(holder)

    async def put(self, key: K, row: V) -> None:
        """Store a copy of the row under its key, in place of the one that may be there.

        Raises:
            DomainError: the error of a unique value that another row has.
            StorageConflict: another transaction held the row for too long.
        """
        await self.lock(key)
        for unique in self._table.unique:
            value = unique.value(row)
            if value is not None:
                await self.lock(value, of=unique.name)
                if self._holder_of(unique.name, value) not in {None, key}:
                    raise unique.refuse(row)
        self._staging.changes_of(self._table)[key] = copy.deepcopy(row)

    async def append(self, row: V) -> int:
        """Store a copy of the row under the next number of the table; gaps are normal."""
        counter = f"rows of {self._table.name}"
        self._store.numbers[counter] += 1
        number = self._store.numbers[counter]
        await self.put(cast(K, number), row)
        return number

    async def remove(self, key: K) -> None:
        """Remove the row."""
        await self.lock(key)
        self._staging.changes_of(self._table)[key] = None

    async def add(self, key: K, aggregate: Aggregate) -> None:
        """Store a new aggregate and what it recorded; raises what `put` raises."""
        events = aggregate.take_events()
        await self.put(key, cast(V, aggregate))
        self._staging.events += events

    async def save(self, key: K, aggregate: Aggregate) -> None:
        """Store a changed aggregate and what it recorded, and raise its version by one.

        Raises:
            StaleAggregate: it is not based on the stored version.
            DomainError: whatever `put` raises.
        """
        await self.lock(key)
        stored = cast(Aggregate | None, self._row(key))
        if stored is None or stored.version != aggregate.version:
            raise StaleAggregate()
        events = aggregate.take_events()
        aggregate.version += 1
        await self.put(key, cast(V, aggregate))
        self._staging.events += events

    async def lock(self, key: Hashable, *, of: str = "", seconds: float = SECONDS_TO_WAIT) -> None:
        """Hold the row (or another thing `of` the table) until the transaction ends."""
        what = (self._table.name, of, key)
        await self._store.locks.take(self._staging, what, seconds=seconds)

    def _row(self, key: K) -> V | None:
        changes = self._staging.changes_of(self._table)
        return changes[key] if key in changes else self._store.rows(self._table).get(key)

    def _holder_of(self, name: str, value: Hashable) -> K | None:
        (unique,) = (unique for unique in self._table.unique if unique.name == name)
        changes = self._staging.changes_of(self._table)
        for key, row in changes.items():
            if row is not None and unique.value(row) == value:
                return key
        holder = self._store.holder(self._table, unique, value)
        return None if holder is None or holder in changes else holder
