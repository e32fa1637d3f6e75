"""A stream whose events and failures tests decide on."""

from collections.abc import Sequence
from datetime import datetime

from cashhaven_domain.shared.errors import StorageLost
from cashhaven_domain.stream.ports import EventStream, Relay
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent, Stretch
from tests.support.products import ADDED

FIRST_EPOCH, SECOND_EPOCH = "a" * 32, "b" * 32


def an_event(offset: int, topic: str = "stock", name: str = "", payload: str = "{}") -> StoredEvent:
    return StoredEvent(
        offset=offset,
        event_id=f"{offset:032x}",
        topic=topic,
        name=name or f"{topic}.happened",
        aggregate_id=1,
        payload=payload,
        at=ADDED,
    )


class FakeStream(EventStream, Relay):
    """Events with places, and some that wait for theirs."""

    def __init__(self) -> None:
        self.epoch = FIRST_EPOCH
        self.events: list[StoredEvent] = []
        self.waiting: list[StoredEvent] = []
        self.waiting_from: datetime | None = None
        self.forgotten = 0
        self.away = False
        self.reads = 0
        self.advances = 0

    def happen(self, count: int = 1, topic: str = "stock") -> None:
        """Let events have their places at once."""
        head = self.head
        self.events += [an_event(head + number + 1, topic) for number in range(count)]

    def wait(self, count: int = 1) -> None:
        """Let events wait for their places."""
        self.waiting += [an_event(0) for _ in range(count)]
        self.waiting_from = ADDED

    def restore(self) -> None:
        """Become the books of another epoch."""
        self.epoch, self.events, self.forgotten = SECOND_EPOCH, [], 0

    @property
    def head(self) -> int:
        return self.events[-1].offset if self.events else self.forgotten

    async def position(self) -> StreamPosition:
        self._reach()
        return StreamPosition(self.epoch, self.head)

    async def next_after(self, after: int, *, limit: int) -> Stretch:
        return Stretch(await self.position(), await self.read(after, limit=limit))

    async def floor(self) -> int:
        self._reach()
        return self.forgotten

    async def read(
        self, after: int, *, up_to: int | None = None, topics: Sequence[str] = (), limit: int
    ) -> Sequence[StoredEvent]:
        self._reach()
        self.reads += 1
        return [
            event
            for event in self.events
            if event.offset > max(after, self.forgotten)
            and (up_to is None or event.offset <= up_to)
            and (not topics or event.topic in topics)
        ][:limit]

    async def advance(self) -> int:
        self._reach()
        self.advances += 1
        given = len(self.waiting[:500])
        self.happen(given)
        del self.waiting[:given]
        if not self.waiting:
            self.waiting_from = None
        return given

    async def waiting_since(self) -> datetime | None:
        self._reach()
        return self.waiting_from

    async def forget(self, *, before: datetime, keep: int) -> int:
        self._reach()
        count = max(0, len(self.events) - keep)
        self.forget_up_to(self.events[count - 1].offset if count else 0)
        return count

    async def begin_epoch(self) -> StreamPosition:
        self.epoch = SECOND_EPOCH
        return await self.position()

    def forget_up_to(self, offset: int) -> None:
        self.events = [event for event in self.events if event.offset > offset]
        self.forgotten = max(self.forgotten, offset)

    def _reach(self) -> None:
        if self.away:
            raise StorageLost()
