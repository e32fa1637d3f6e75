"""Giving places all the time: at once, together, and in spite of everything."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.stream.pruning import EVERY_SECONDS, Pruning
from cashhaven_app.stream.relaying import FEW, MANY, PAUSE_SECONDS, Relaying, pause_after
from tests.app.stream.fake_stream import FakeStream
from tests.support.products import ADDED
from tests.support.seconds import until

SELDOM = 60.0


@pytest.fixture
def stream():
    return FakeStream()


@pytest.fixture
def clock():
    return SettableClock(ADDED)


@asynccontextmanager
async def running(work):
    task = asyncio.create_task(work.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_commit_of_this_process_has_its_place_at_once(stream, clock):
    relaying = Relaying(stream, clock, poll_seconds=SELDOM)
    told = []
    relaying.listeners.append(lambda: told.append(stream.head))
    async with running(relaying):
        for number in (1, 2, 3):
            stream.wait()
            relaying.wake()
            await until(lambda: len(told) == stream.head == number)  # noqa: B023  # called here


async def test_many_commits_at_once_are_few_passes(stream, clock):
    relaying = Relaying(stream, clock, poll_seconds=SELDOM)
    async with running(relaying):
        for _ in range(99):
            stream.wait()
            relaying.wake()
            await asyncio.sleep(0)
        await until(lambda: stream.head == 99)
        await asyncio.sleep(0.05)
    assert stream.advances <= 3


def test_twenty_sales_a_second_wait_for_no_pause_and_many_more_share_theirs():
    assert max(pause_after(1), pause_after(FEW)) <= 0.5 / 20
    assert pause_after(FEW + 1) == pause_after(MANY - 1) == PAUSE_SECONDS
    assert pause_after(MANY) == 0


def test_who_finds_that_another_gave_the_places_pauses_as_in_a_rush():
    assert pause_after(0) == PAUSE_SECONDS


async def test_what_one_pass_does_not_finish_the_next_one_does(stream, clock):
    relaying = Relaying(stream, clock, poll_seconds=SELDOM)
    stream.wait(1_100)
    async with running(relaying):
        await until(lambda: stream.head == 1_100)


async def test_what_nobody_told_of_is_found(stream, clock):
    relaying = Relaying(stream, clock, poll_seconds=0.02)
    async with running(relaying):
        await asyncio.sleep(0)
        stream.wait()
        await until(lambda: stream.head == 1)
        advances = stream.advances
        await asyncio.sleep(0.1)
        assert stream.advances == advances, "nothing waits, so nothing is locked"


async def test_the_lag_is_a_number_and_a_long_one_is_told_once(stream, clock):
    relaying = Relaying(stream, clock, poll_seconds=0.01)
    assert relaying.lag == 0
    told = []
    relaying.lag_listeners.append(lambda: told.append(relaying.lag))
    stream.away = True
    with capture_logs() as lines:
        async with running(relaying):
            stream.wait()
            relaying.wake()
            await until(lambda: relaying._waiting_since is not None)
            clock.advance(timedelta(seconds=4))
            await asyncio.sleep(0.05)
            assert relaying.lag == 4
            clock.advance(timedelta(seconds=3))
            await asyncio.sleep(0.1)
            assert relaying.lag == 7
            stream.away = False
            await until(lambda: stream.head == 1)
            await until(lambda: relaying.lag == 0)
    assert told == [7]
    assert [line["event"] for line in lines] == [
        "stream_not_relayed",
        "stream_lags",
        "stream_relayed_again",
    ]


async def test_a_bug_is_told_and_the_next_pass_comes_all_the_same(stream, clock, monkeypatch):
    async def fail():
        raise RuntimeError("a bug")

    relaying = Relaying(stream, clock, poll_seconds=0.01)
    stream.wait()
    with capture_logs() as lines:
        with monkeypatch.context() as patched:
            patched.setattr(stream, "advance", fail)
            async with running(relaying):
                await asyncio.sleep(0.1)
        async with running(relaying):
            await until(lambda: stream.head == 1)
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("stream_not_relayed", "error")
    ]


async def test_events_are_forgotten_every_minute_and_not_for_good_when_that_fails(stream, clock):
    stream.happen(30)
    asked = []

    async def sleep(seconds):
        asked.append((seconds, stream.forgotten))
        stream.away = len(asked) == 1
        stream.happen(5)
        if len(asked) == 3:
            raise asyncio.CancelledError

    work = Pruning(relay=stream, clock=clock, kept=timedelta(hours=1), most=20, sleep=sleep)
    with pytest.raises(asyncio.CancelledError), capture_logs() as lines:
        await work.run()
    assert asked == [(EVERY_SECONDS, 10), (EVERY_SECONDS, 10), (EVERY_SECONDS, 20)]
    assert "stream_not_pruned" in [line["event"] for line in lines]
