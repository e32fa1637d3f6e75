"""The stream of events in memory: what was committed, once a relay has placed it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from cashhaven_adapters.memory.store import MemoryStore, new_epoch
from cashhaven_domain.shared.record import dump
from cashhaven_domain.stream.ports import EventStream, Relay
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent, Stretch

PLACES_AT_ONCE = 500


class MemoryEventStream(EventStream):
    """The placed events of the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._placed = store.placed

    async def position(self) -> StreamPosition:
        """See the port."""
        return StreamPosition(self._placed.epoch, self._placed.head)

    async def next_after(self, after: int, *, limit: int) -> Stretch:
        """See the port."""
        return Stretch(await self.position(), await self.read(after, limit=limit))

    async def floor(self) -> int:
        """See the port."""
        return self._placed.floor

    async def read(
        self, after: int, *, up_to: int | None = None, topics: Sequence[str] = (), limit: int
    ) -> Sequence[StoredEvent]:
        """See the port."""
        assert limit > 0
        placed = self._placed
        last = placed.head if up_to is None else min(up_to, placed.head)
        found: list[StoredEvent] = []
        for offset in range(max(after, placed.floor), last):
            event = placed.events[offset - placed.floor]
            if not topics or event.topic in topics:
                found.append(event)
                if len(found) == limit:
                    break
        return found


class MemoryRelay(Relay):
    """Places what the store holds beyond the last place; nothing else runs meanwhile."""

    def __init__(self, store: MemoryStore, *, places_at_once: int = PLACES_AT_ONCE) -> None:
        self._store = store
        self._placed = store.placed
        self._at_once = places_at_once

    async def advance(self) -> int:
        """See the port."""
        placed = self._placed
        waiting = self._store.events[placed.head : placed.head + self._at_once]
        for event in waiting:
            placed.head += 1
            placed.events.append(
                StoredEvent(
                    offset=placed.head,
                    event_id=secrets.token_hex(16),
                    topic=event.topic,
                    name=event.name,
                    aggregate_id=event.aggregate_id,
                    payload=dump(event),
                    at=event.occurred_at,
                )
            )
        return len(waiting)

    async def waiting_since(self) -> datetime | None:
        """See the port."""
        waiting = self._store.events[self._placed.head : self._placed.head + 1]
        return waiting[0].occurred_at if waiting else None

    async def forget(self, *, before: datetime, keep: int) -> int:
        """See the port."""
        placed = self._placed
        upto = placed.floor
        for event in placed.events:
            if event.at >= before and event.offset > placed.head - keep:
                break
            upto = event.offset
        forgotten, placed.floor = upto - placed.floor, upto
        del placed.events[:forgotten]
        return forgotten

    async def begin_epoch(self) -> StreamPosition:
        """See the port."""
        self._placed.epoch = new_epoch()
        return StreamPosition(self._placed.epoch, self._placed.head)
