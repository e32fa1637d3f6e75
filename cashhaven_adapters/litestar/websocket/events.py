"""Events as frames: written once, whoever hears them; only `prev` differs."""

from collections.abc import Callable

import structlog

from cashhaven_adapters.litestar.websocket.frames import Event
from cashhaven_adapters.litestar.websocket.outlet import framed
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_adapters.litestar.wire import encode
from cashhaven_domain.shared.record import from_data, load
from cashhaven_domain.stream.events import Target
from cashhaven_domain.stream.stored_event import StoredEvent

_log = structlog.get_logger("cashhaven.stream")

WireData = Callable[[StoredEvent], object | None]
"""Returns what the wire shows of an event; `None` when it shows nothing."""

MOST_WRITTEN = 2_000
"""So many events are remembered as written, for those who come back after a moment."""

_SPLIT = b'"prev":0,'
_TOPICS = frozenset(topic.value for topic in Topic)


class WrittenEvent:
    """An event that lacks no more than the offset before it."""

    __slots__ = ("_head", "_tail", "offset", "target", "topic")

    def __init__(self, event: StoredEvent, data: object, target: Target | None) -> None:
        self.offset = event.offset
        self.topic = event.topic
        self.target = target
        text = encode(
            Event(
                topic=event.topic,
                event=event.name,
                offset=event.offset,
                prev=0,
                at=event.at,
                data=data,
            )
        )
        head, _, self._tail = text.partition(_SPLIT)
        self._head = head + _SPLIT[:-2]

    def frame(self, prev: int) -> bytes:
        """Return the event as a frame for connections whose last offset this is."""
        return framed(b"%b%d,%b" % (self._head, prev, self._tail))


class WrittenEvents:
    """Writes events, each once."""

    def __init__(self, wire_data: WireData) -> None:
        self._wire_data = wire_data
        self._written: dict[int, WrittenEvent | None] = {}

    def of(self, event: StoredEvent) -> WrittenEvent | None:
        """Return the event as it is shown; `None` when it is not."""
        try:
            return self._written[event.offset]
        except KeyError:
            written = self._written[event.offset] = self._write(event)
        if len(self._written) > MOST_WRITTEN:
            del self._written[next(iter(self._written))]
        return written

    def forget(self) -> None:
        """Let offsets name other events."""
        self._written.clear()

    def _write(self, event: StoredEvent) -> WrittenEvent | None:
        data = self._wire_data(event)
        if data is None or event.topic not in _TOPICS:
            return None
        try:
            target = _target_of(event) if event.topic == Topic.USER else None
        except (ValueError, KeyError, TypeError):
            # A newer version may know more kinds of clients: for those here it is not meant.
            _log.error("event_not_readable", name=event.name, offset=event.offset)
            return None
        return WrittenEvent(event, data, target)


def _target_of(event: StoredEvent) -> Target:
    """Return whom an event of the topic `user` is meant for."""
    return from_data(Target, load(event.payload)["target"])
