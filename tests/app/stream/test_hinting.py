"""Hints between machines: told once for many, heard at once, tried again for ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.redis_hints import HintsAwayError, RedisHints, _read
from cashhaven_app.stream import hinting as hinting_module
from cashhaven_app.stream.following import Follower
from cashhaven_app.stream.hinting import LONGEST_PAUSE, Hinting, _pause
from cashhaven_domain.stream.position import StreamPosition
from tests.app.stream.fake_stream import FIRST_EPOCH, SECOND_EPOCH, FakeStream
from tests.support.seconds import until


class FakeHints(RedisHints):
    """A channel of the test's own."""

    def __init__(self) -> None:
        self.said: list[StreamPosition] = []
        self.coming: asyncio.Queue[StreamPosition | None] = asyncio.Queue()
        self.away = False
        self.closed = False

    async def say(self, position: StreamPosition) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise HintsAwayError("ConnectionError")
        self.said.append(position)

    async def heard(self) -> AsyncIterator[StreamPosition | None]:
        if not self.away:
            yield None
        while not self.away:
            with suppress(TimeoutError):
                yield await asyncio.wait_for(self.coming.get(), 0.01)
        raise HintsAwayError("ConnectionError")

    async def close(self) -> None:
        self.closed = True


class CountingFollower(Follower):
    """Counts how often it is woken."""

    def __init__(self, stream: FakeStream) -> None:
        super().__init__(stream, stream)
        self.wakes = 0

    def wake(self) -> None:
        self.wakes += 1


@pytest.fixture
def stream():
    return FakeStream()


@pytest.fixture
def hints():
    return FakeHints()


@pytest.fixture
async def follower(stream):
    follower = CountingFollower(stream)
    await follower.catch_up()
    return follower


@asynccontextmanager
async def at_work(hints, follower):
    hinting = Hinting(hints, follower)
    task = asyncio.create_task(hinting.run())
    await until(lambda: follower.wakes)
    yield hinting
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert hints.closed


async def test_what_comes_together_is_told_together_with_the_newest_place(stream, hints, follower):
    async with at_work(hints, follower) as hinting:
        stream.happen(7)
        for _ in range(50):
            hinting.announce()
        await until(lambda: hints.said)
        await asyncio.sleep(0.01)
    assert hints.said == [StreamPosition(FIRST_EPOCH, 7)]


@pytest.mark.parametrize(
    ("told", "wakes"),
    [
        (StreamPosition(FIRST_EPOCH, 3), False),
        (StreamPosition(FIRST_EPOCH, 2), False),
        (StreamPosition(FIRST_EPOCH, 4), True),
        (StreamPosition(SECOND_EPOCH, 1), True),
        (None, True),
    ],
)
async def test_only_what_is_not_known_yet_wakes(stream, hints, follower, told, wakes):
    stream.happen(3)
    await follower.catch_up()
    async with at_work(hints, follower):
        before = follower.wakes
        hints.coming.put_nowait(told)
        await until(hints.coming.empty)
        await asyncio.sleep(0.005)
        assert (follower.wakes > before) is wakes


async def test_an_outage_is_told_once_each_way_and_got_over(stream, hints, follower, monkeypatch):
    monkeypatch.setattr(hinting_module, "LONGEST_PAUSE", 0.01)
    with capture_logs() as lines:
        async with at_work(hints, follower) as hinting:
            hints.away = True
            for _ in range(5):
                hinting.announce()
                await asyncio.sleep(0.02)
            assert hints.said == []
            before = follower.wakes
            hints.away = False
            await until(lambda: follower.wakes > before)
            hinting.announce()
            await until(lambda: hints.said)
    assert sorted(line["event"] for line in lines) == [
        "hints_heard_again",
        "hints_not_heard",
        "hints_not_told",
        "hints_told_again",
    ]
    assert {line.get("reason") for line in lines} == {None, "ConnectionError"}


def test_whoever_fails_is_left_alone_for_ever_longer_but_not_for_long():
    assert _pause(0) == 0
    assert 0.25 <= _pause(1) <= 0.5
    assert LONGEST_PAUSE / 2 <= _pause(10**9) <= LONGEST_PAUSE


@pytest.mark.parametrize(
    "content", [1, b"", b"[]", b"{", b'{"epoch":1}', b'{"epoch":"a","offset":[]}']
)
def test_whatever_cannot_be_read_may_mean_anything(content):
    assert _read(content) is None


def test_a_hint_names_a_place():
    content = json.dumps({"epoch": FIRST_EPOCH, "offset": 7}).encode()
    assert _read(content) == StreamPosition(FIRST_EPOCH, 7)
