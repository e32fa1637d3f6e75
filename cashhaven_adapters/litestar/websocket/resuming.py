"""Going on where a client was: everything that it missed, in order, or honestly nothing."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.events import WrittenEvent
from cashhaven_adapters.litestar.websocket.fan_out import FanOut, Listener
from cashhaven_adapters.litestar.websocket.frames import Frame, Resumed, Since, Subscribed
from cashhaven_adapters.litestar.websocket.outlet import LITTLE
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_domain.stream.stored_event import StoredEvent

AT_ONCE = 500
"""Events of one reading."""

Tell = Callable[[Frame], None]


class Reason(StrEnum):
    """Why what was missed cannot be told."""

    EPOCH = "epoch"
    TOO_OLD = "too_old"
    TOO_MANY = "too_many"


def subscribe(fan_out: FanOut, listener: Listener, topics: frozenset[Topic], tell: Tell) -> None:
    """Let the connection hear exactly these topics from now on, and say so."""
    fan_out.join(listener, topics)
    ordered = [topic for topic in Topic if topic in topics]
    tell(Subscribed(topics=ordered, offset=listener.last))


class Resumption:
    """One client's way back to the present.

    While it is under way nothing else is sent to the client; what happens meanwhile is part of
    what it missed. The last step looks for events and, finding none, joins the others: nothing
    can happen in between.
    """

    def __init__(
        self, fan_out: FanOut, listener: Listener, asked: frozenset[Topic], since: Since, most: int
    ) -> None:
        self._fan_out = fan_out
        self._listener = listener
        self._asked = asked
        self._since = since
        self._most = most
        self._others = listener.topics - asked
        self._others_last = listener.last
        self._topics = listener.topics | asked
        self._start = min(since.offset, listener.last) if self._others else since.offset
        self._cursor = self._start
        """Up to where everything was looked at."""

    async def run(self, tell: Tell) -> None:
        """Tell what was missed, or why it cannot be told; then go on live.

        Raises:
            Unavailable: the storage is away; nothing was told.
        """
        self._fan_out.leave(self._listener)
        missed = await self._missed()
        if isinstance(missed, Reason):
            tell(Resumed(recovered=False, count=0, reason=missed))
            subscribe(self._fan_out, self._listener, self._topics, tell)
            return
        self._listener.last = self._start
        await self._tell_all(missed, tell)

    async def _tell_all(self, missed: Sequence[WrittenEvent], tell: Tell) -> None:
        count = len(missed)
        await self._send(missed)
        while not self._is_at_the_end():
            more = await self._next()
            if more is None:
                # The client reads so slowly that the stream forgot what comes next.
                self._listener.outlet.close(CloseCode.TOO_SLOW)
                return
            await self._send(more)
            count += len(more)
        tell(Resumed(recovered=True, count=count))
        subscribe(self._fan_out, self._listener, self._topics, tell)

    async def _missed(self) -> Sequence[WrittenEvent] | Reason:
        """Return everything up to the present, before any of it is sent."""
        since = self._since
        if since.epoch != self._fan_out.position.epoch:
            return Reason.EPOCH
        if since.offset > self._fan_out.position.offset:
            # Another process was quicker to read; or nobody ever was there.
            await self._fan_out.feed.catch_up()
            if since.offset > self._fan_out.position.offset:
                return Reason.EPOCH
        found: list[WrittenEvent] = []
        while True:
            events = await self._next()
            if events is None:
                is_same = since.epoch == self._fan_out.position.epoch
                return Reason.TOO_OLD if is_same else Reason.EPOCH
            found += events
            if len(found) > self._most:
                return Reason.TOO_MANY
            if self._is_at_the_end():
                return found

    async def _next(self) -> list[WrittenEvent] | None:
        """Return the next events that are missing; `None` when some of them are gone."""
        end = self._fan_out.position.offset
        events = await self._fan_out.feed.events_after(
            self._cursor, self._topics, AT_ONCE, up_to=end
        )
        if events is None:
            return None
        self._cursor = events[-1].offset if len(events) == AT_ONCE else max(end, self._cursor)
        of = self._fan_out.written.of
        written = [of(event) for event in events if self._lacks(event)]
        return [event for event in written if event is not None and self._listener.hears(event)]

    def _lacks(self, event: StoredEvent) -> bool:
        if event.topic in self._asked:
            return event.offset > self._since.offset
        return event.offset > self._others_last

    def _is_at_the_end(self) -> bool:
        return self._cursor >= self._fan_out.position.offset

    async def _send(self, events: Sequence[WrittenEvent]) -> None:
        for start in range(0, len(events), LITTLE):
            for event in events[start : start + LITTLE]:
                self._listener.tell(event)
            await self._listener.outlet.drained()
