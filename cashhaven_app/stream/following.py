"""The one tail of the stream that a process has: it reads what is new, and all here listen."""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from operator import attrgetter

import structlog

from cashhaven_app.stream.bell import Bell
from cashhaven_app.stream.outages import Outages
from cashhaven_domain.stream.ports import EventStream, Relay
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent, Stretch

RECENT = 2_000
"""So many events are kept in memory, for those who come back after a moment."""
AT_ONCE = 500
READS_AT_ONCE = 4
"""So many who come back after longer may ask the storage at the same time."""
POLL_SECONDS = 1.0
PAUSE_SECONDS = 0.02
"""Between two readings, however often it is woken."""

_offset = attrgetter("offset")
_log = structlog.get_logger("cashhaven.stream")

Listener = Callable[[Sequence[StoredEvent]], None]


class Follower:
    """Knows how far the stream has come, and tells.

    - `position`: everything up to there has been told to the listeners; `None` before the first
      reading.
    - `listeners`: called with each batch of new events, in order, before `position` moves on; what
      one of them raises is logged and keeps nothing from the others.
    - `reset_listeners`: called when events went by unread, since the epoch is another one or they
      were forgotten: whatever is kept is void. `position` and `recent` are the new ones by then.
    - `recent`: the last events, by rising offset; nobody changes it.
    - `catch_up()`: reads up to the present head.
    - `events_after()`: what somebody missed.
    - `age`: how many seconds ago a reading began that found everything told.
    - `wake()`: there may be something new; it is read soon, if this runs.

    Outside a server nothing runs, and perhaps nobody gives places: while events wait for theirs,
    `catch_up` then says that anything may have changed. It never writes.
    """

    def __init__(
        self,
        stream: EventStream,
        relay: Relay,
        *,
        poll_seconds: float = POLL_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._relay = relay
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self.position: StreamPosition | None = None
        self.listeners: list[Listener] = []
        self.reset_listeners: list[Callable[[], None]] = []
        self._recent: list[StoredEvent] = []
        self._recent_after = 0
        """The offset after which `recent` lacks nothing."""
        self._bell = Bell()
        self._runs = False
        self._reads = asyncio.Semaphore(READS_AT_ONCE)
        self._reading: asyncio.Task[None] | None = None
        self._begun = self._done = 0
        """How many readings were begun, and which was the last one that went well."""
        self._read_at = float("-inf")

    @property
    def recent(self) -> Sequence[StoredEvent]:
        """The last events, by rising offset."""
        return self._recent

    @property
    def age(self) -> float:
        """How many seconds ago a reading began after which everything had been told."""
        return self._monotonic() - self._read_at

    def wake(self) -> None:
        """Have it look soon: there may be something new."""
        self._bell.ring()

    async def run(self) -> None:
        """Follow until cancelled, whatever becomes of the storage meanwhile."""
        outages = Outages(_log, "stream_not_followed", "stream_followed_again")
        self._runs = True
        try:
            while True:
                with outages.noted():
                    await self.catch_up()
                await asyncio.sleep(PAUSE_SECONDS)
                _ = await self._bell.rung(self._poll_seconds)
        finally:
            self._runs = False

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            _ = self._reading.cancel()
            _ = await asyncio.wait([self._reading])

    async def catch_up(self, within: float = 0.0) -> None:
        """Read what is new by now; or nothing, when that was done `within` so many seconds.

        Many who ask at once share a reading, and whoever is cancelled leaves it to the others.

        Raises:
            Unavailable: the storage is away.
        """
        asked, wanted = self._monotonic(), self._begun + 1
        while self._done < wanted:
            if within and asked - self._read_at <= within:
                return
            await asyncio.shield(self._reading or self._begin_reading())

    async def known_position(self, within: float) -> StreamPosition:
        """Return the position, caught up with if need be; an older one while that cannot be done.

        Whatever is read afterwards contains what the events up to it told.

        Raises:
            Unavailable: there is none yet, and the storage is away.
        """
        if within and self.position is not None and self.age <= within:
            return self.position
        try:
            await self.catch_up(within)
        except Exception:
            if self.position is None:
                raise
        assert self.position is not None
        return self.position

    async def events_after(
        self, offset: int, topics: Collection[str], limit: int, *, up_to: int | None = None
    ) -> Sequence[StoredEvent] | None:
        """Return the next events of these topics (none: all) after an offset, at most `limit`.

        They reach up to the offset `up_to`, or else up to the position at the time of the call.
        `None` when some of them were forgotten, or the epoch ends meanwhile.

        Raises:
            Unavailable: they had to be read, and the storage is away.
        """
        position = self.position
        if position is None:
            return None
        end = position.offset if up_to is None else up_to
        if offset >= self._recent_after:
            first = bisect_right(self._recent, offset, key=_offset)
            last = bisect_right(self._recent, end, lo=first, key=_offset)
            found = self._recent[first:last]
            return [event for event in found if not topics or event.topic in topics][:limit]
        async with self._reads:
            read = await self._stream.read(offset, up_to=end, topics=sorted(topics), limit=limit)
            is_whole = offset >= await self._stream.floor()
        is_same = self.position is not None and self.position.epoch == position.epoch
        return read if is_whole and is_same else None

    def _begin_reading(self) -> "asyncio.Task[None]":
        self._begun += 1
        self._reading = asyncio.create_task(self._read(self._begun))
        self._reading.add_done_callback(_look_away)
        return self._reading

    async def _read(self, number: int) -> None:
        began = self._monotonic()
        try:
            await self._follow()
            if not self._runs and await self._relay.waiting_since() is not None:
                self._tell_reset()
        finally:
            # Whoever asks from now on must not get what went wrong before.
            self._reading = None
        self._read_at, self._done = began, number

    async def _follow(self) -> None:
        if self.position is None:
            await self._begin_at(await self._stream.position())
            return
        while True:
            after = self.position
            new = await self._stream.next_after(after.offset, limit=AT_ONCE)
            if not await self._took(new, after):
                _log.warning("stream_begun_anew", position=new.head.text)
                await self._begin_at(new.head)
                self._tell_reset()
                return
            if self.position.offset >= new.head.offset:
                return

    async def _took(self, new: Stretch, position: StreamPosition) -> bool:
        """Tell the next events; or return false, since some of them are gone."""
        head, events, after = new.head, new.events, position.offset
        if position.epoch != head.epoch or after > head.offset:
            return False
        if after == head.offset:
            return True
        end = events[-1].offset if len(events) == AT_ONCE else head.offset
        if len(events) != end - after and await self._stream.floor() > after:
            return False
        self._keep(events)
        for listener in self.listeners:
            _call(lambda listener=listener: listener(events))  # type: ignore[misc]  # bound now
        self.position = StreamPosition(head.epoch, end)
        return True

    async def _begin_at(self, head: StreamPosition) -> None:
        """Take up the last events without telling them."""
        start = max(head.offset - RECENT, await self._stream.floor(), 0)
        events = await self._stream.read(start, up_to=head.offset, limit=RECENT)
        start = max(start, await self._stream.floor())
        self._recent_after, self._recent = start, []
        self._keep([event for event in events if event.offset > start])
        self.position = head

    def _tell_reset(self) -> None:
        for reset in self.reset_listeners:
            _call(reset)

    def _keep(self, events: Sequence[StoredEvent]) -> None:
        self._recent += events
        surplus = len(self._recent) - RECENT
        if surplus > 0:
            self._recent_after = self._recent[surplus - 1].offset
            del self._recent[:surplus]


def _call(listener: Callable[[], None]) -> None:
    try:
        listener()
    except Exception as error:
        # The others must hear of it all the same, and so must this one of what comes next.
        _log.error("stream_listener_failed", exc_info=error)


def _look_away(reading: "asyncio.Task[None]") -> None:
    """Those who wait for a reading are told of its failure; when nobody does, nobody needs to."""
    _ = reading.cancelled() or reading.exception()
