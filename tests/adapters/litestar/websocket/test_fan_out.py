"""Nobody misses an event without a sign of it, whatever becomes of another's connection."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.fan_out import FanOut, Feed, Listener
from cashhaven_adapters.litestar.websocket.outlet import Outlet
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent

TOPICS = frozenset({Topic.STOCK})
EVENT = StoredEvent(
    offset=1,
    event_id="0" * 32,
    topic="stock",
    name="stock.low",
    aggregate_id=1,
    payload="{}",
    at=datetime(2024, 1, 15, 10, 0, tzinfo=UTC),
)


class _Beginning(Feed):
    """A stream in which nothing happened yet."""

    def __init__(self) -> None:
        self.listeners = []
        self.reset_listeners = []

    @property
    def position(self) -> StreamPosition:
        """See the protocol."""
        return StreamPosition("0" * 32, 0)

    async def catch_up(self) -> None:
        """See the protocol."""

    async def events_after(
        self, offset: int, topics: Collection[str], limit: int, *, up_to: int | None = None
    ) -> Sequence[StoredEvent]:
        """See the protocol."""
        return ()


class _Kept(Outlet):
    """Keeps what is written."""

    def __init__(self) -> None:
        self.closed_with: CloseCode | None = None
        self.frames: list[bytes] = []

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """See the protocol."""

    def write(self, frame: bytes) -> None:
        """See the protocol."""
        self.frames.append(frame)

    async def drained(self) -> None:
        """See the protocol."""

    def close(self, code: CloseCode) -> None:
        """See the protocol."""
        self.closed_with = code


class _Broken(_Kept):
    """Raises at what is written."""

    def write(self, frame: bytes) -> None:
        """See the protocol."""
        raise RuntimeError("the handler is closed")


def test_all_are_sent_away_to_ask_when_something_goes_wrong_in_the_middle():
    fan_out = FanOut(_Beginning(), lambda event: {"id": event.aggregate_id})
    outlets = [_Kept(), _Broken(), _Kept()]
    for outlet in outlets:
        fan_out.join(Listener(outlet, UserId(1), None), TOPICS)

    with pytest.raises(RuntimeError):
        fan_out.publish([EVENT])

    assert [outlet.closed_with for outlet in outlets] == [CloseCode.FAULT] * 3
    assert [len(outlet.frames) for outlet in outlets] == [1, 0, 0]


def test_what_is_meant_for_nobody_known_here_keeps_nothing_from_others():
    fan_out = FanOut(_Beginning(), lambda event: {"id": event.aggregate_id})
    outlet = _Kept()
    fan_out.join(Listener(outlet, UserId(1), None), frozenset({Topic.STOCK, Topic.USER}))
    payload = '{"target":{"client_kind":"relogio","user_id":null}}'
    for_watches = replace(EVENT, topic="user", name="notification", payload=payload)

    fan_out.publish([for_watches, replace(EVENT, offset=2)])

    assert [b'"stock.low"' in frame for frame in outlet.frames] == [True]
