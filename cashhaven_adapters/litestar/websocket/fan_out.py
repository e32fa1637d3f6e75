"""Who hears what: every event goes to all who subscribed to its topic, and nobody is waited for."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.events import WireData, WrittenEvent, WrittenEvents
from cashhaven_adapters.litestar.websocket.outlet import Outlet
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.stream.events import ClientKind
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent


class Feed(Protocol):
    """Where events come from: the one tail of the stream that a process has."""

    listeners: list[Callable[[Sequence[StoredEvent]], None]]
    """Called with each batch of new events, before the position moves on."""
    reset_listeners: list[Callable[[], None]]
    """Called when events went by unread, or offsets name other events from now on."""

    @property
    def position(self) -> StreamPosition | None:
        """Up to where everything was published; `None` when nobody has looked yet."""
        ...

    async def catch_up(self) -> None:
        """Publish what is new by now.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def events_after(
        self, offset: int, topics: Collection[str], limit: int, *, up_to: int | None = None
    ) -> Sequence[StoredEvent] | None:
        """Return the next events of these topics after an offset; `None` when some are forgotten.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class Listener:
    """A connection as events see it."""

    __slots__ = ("kind", "last", "outlet", "sent", "topics", "user_id")

    def __init__(self, outlet: Outlet, user_id: UserId, kind: ClientKind | None) -> None:
        self.outlet = outlet
        self.user_id = user_id
        self.kind = kind
        self.topics: frozenset[Topic] = frozenset()
        """The topics in force."""
        self.last = 0
        """The offset up to which the client knows everything of its topics."""
        self.sent = 0
        """How many events it was sent."""

    def hears(self, event: WrittenEvent) -> bool:
        """Whether the event, of a topic in force, is meant for this connection."""
        return event.target is None or event.target.is_met_by(self.user_id, self.kind)

    def tell(self, event: WrittenEvent) -> None:
        """Send one event."""
        self.outlet.write(event.frame(self.last))
        self.last = event.offset
        self.sent += 1


class FanOut:
    """Sends events to connections; `publish` is called with each batch, before `position` moves.

    - `feed` is where missed events are read; `written` is how events look.
    - `watchers` hear of every published event, shown or not.
    """

    def __init__(self, feed: Feed, wire_data: WireData) -> None:
        self.feed = feed
        self.written = WrittenEvents(wire_data)
        self.watchers: list[Callable[[StoredEvent], None]] = []
        self._by_topic: dict[str, dict[Listener, None]] = {topic.value: {} for topic in Topic}

    @property
    def position(self) -> StreamPosition:
        """Up to where everything was sent."""
        position = self.feed.position
        assert position is not None
        return position

    def publish(self, events: Sequence[StoredEvent]) -> None:
        """Send the events to all who hear them.

        When that fails in the middle, everybody is sent away, to come back and ask: some would
        miss events and could not know.
        """
        try:
            self._publish(events)
        except Exception:
            self._send_away(CloseCode.FAULT)
            raise

    def _publish(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            for watcher in self.watchers:
                watcher(event)
            listeners = self._by_topic.get(event.topic)
            if not listeners:
                continue
            written = self.written.of(event)
            if written is not None:
                _send(written, listeners)

    def join(self, listener: Listener, topics: frozenset[Topic]) -> None:
        """Let the connection hear these topics and no others, from the present position on."""
        self.leave(listener)
        listener.topics = topics
        listener.last = self.position.offset
        for topic in topics:
            self._by_topic[topic][listener] = None

    def leave(self, listener: Listener) -> None:
        """Let the connection hear nothing; its topics stay as they were, for whoever asks."""
        for topic in listener.topics:
            self._by_topic[topic].pop(listener, None)

    def reset(self) -> None:
        """Begin anew: what was sent so far names other events now, or some went by unread."""
        self.written.forget()
        self._send_away(CloseCode.RESTARTING)

    def _send_away(self, code: CloseCode) -> None:
        for listener in list(self._all()):
            listener.outlet.close(code)

    def _all(self) -> Iterator[Listener]:
        for listeners in self._by_topic.values():
            yield from listeners


def _send(event: WrittenEvent, listeners: Collection[Listener]) -> None:
    frames: dict[int, bytes] = {}
    offset = event.offset
    for listener in listeners:
        last = listener.last
        if last >= offset or not (event.target is None or listener.hears(event)):
            continue
        frame = frames.get(last)
        if frame is None:
            frame = frames[last] = event.frame(last)
        listener.outlet.write(frame)
        listener.last = offset
        listener.sent += 1
