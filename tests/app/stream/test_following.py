"""The tail of the stream: everything is told once, in order, and what cannot be is said."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from cashhaven_app.stream.following import AT_ONCE, READS_AT_ONCE, RECENT, Follower
from cashhaven_domain.shared.errors import StorageLost
from cashhaven_domain.stream.position import StreamPosition
from tests.app.stream.fake_stream import FIRST_EPOCH, SECOND_EPOCH, FakeStream
from tests.support.seconds import Seconds, until


@pytest.fixture
def stream():
    return FakeStream()


@pytest.fixture
def seconds():
    return Seconds()


class NotingFollower(Follower):
    """Notes what it tells."""

    def __init__(self, stream: FakeStream, seconds: Seconds) -> None:
        super().__init__(stream, stream, poll_seconds=0.02, monotonic=seconds)
        self.heard: list[int] = []
        self.resets: list[StreamPosition | None] = []
        self.listeners.append(lambda events: self.heard.extend(each.offset for each in events))
        self.reset_listeners.append(lambda: self.resets.append(self.position))


@pytest.fixture
def follower(stream, seconds):
    return NotingFollower(stream, seconds)


@asynccontextmanager
async def running(follower):
    task = asyncio.create_task(follower.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_was_there_before_is_kept_and_not_told(stream, follower):
    stream.happen(3)
    await follower.catch_up()
    assert follower.position == StreamPosition(FIRST_EPOCH, 3)
    assert [event.offset for event in follower.recent] == [1, 2, 3]
    assert follower.heard == []


async def test_what_comes_is_told_once_and_in_order(stream, follower):
    await follower.catch_up()
    for count in (1, 2 * AT_ONCE + 1, 2):
        stream.happen(count)
        await follower.catch_up()
    assert follower.heard == list(range(1, 2 * AT_ONCE + 5))
    assert follower.position == StreamPosition(FIRST_EPOCH, stream.head)
    assert follower.resets == []


async def test_listeners_hear_of_events_before_the_position_tells_that_they_did(stream, follower):
    await follower.catch_up()
    known = []
    follower.listeners.append(lambda _: known.append(follower.position.offset))
    stream.happen(AT_ONCE + 1)
    await follower.catch_up()
    assert known == [0, AT_ONCE]


async def test_a_listener_that_fails_keeps_nothing_from_the_others(stream, follower):
    def fail(events):
        raise RuntimeError("a bug")

    follower.listeners.insert(0, fail)
    await follower.catch_up()
    stream.happen()
    with capture_logs() as lines:
        await follower.catch_up()
    assert follower.heard == [1]
    assert [line["event"] for line in lines] == ["stream_listener_failed"]


async def test_another_epoch_makes_everything_void(stream, follower):
    stream.happen(5)
    await follower.catch_up()
    stream.restore()
    stream.happen(7)
    await follower.catch_up()
    assert follower.resets == [StreamPosition(SECOND_EPOCH, 7)]
    assert follower.heard == []
    assert len(follower.recent) == 7


async def test_events_that_were_forgotten_before_they_were_read_make_everything_void(
    stream, follower
):
    await follower.catch_up()
    stream.happen(10)
    stream.forget_up_to(4)
    await follower.catch_up()
    assert follower.resets == [StreamPosition(FIRST_EPOCH, 10)]
    assert [event.offset for event in follower.recent] == [5, 6, 7, 8, 9, 10]
    assert follower.heard == []


async def test_forgetting_what_was_read_makes_nothing_void(stream, follower):
    await follower.catch_up()
    stream.happen(4)
    await follower.catch_up()
    stream.forget_up_to(4)
    stream.happen(1)
    await follower.catch_up()
    assert (follower.resets, follower.heard) == ([], [1, 2, 3, 4, 5])


async def test_offsets_that_were_left_out_are_no_hole(stream, follower):
    await follower.catch_up()
    stream.happen(5)
    del stream.events[2]
    await follower.catch_up()
    assert (follower.resets, follower.heard) == ([], [1, 2, 4, 5])


async def test_many_share_a_reading_and_none_gets_one_that_began_before_he_asked(stream, follower):
    stream.happen()
    await follower.catch_up()
    reads = stream.reads
    first = asyncio.create_task(follower.catch_up())
    await asyncio.sleep(0)
    stream.happen()
    others = [asyncio.create_task(follower.catch_up()) for _ in range(20)]
    await asyncio.gather(first, *others)
    assert follower.heard == [2]
    assert stream.reads <= reads + 3


async def test_what_is_known_for_long_enough_is_read_again_and_otherwise_not(
    stream, follower, seconds
):
    await follower.catch_up(within=1)
    stream.happen()
    seconds.now += 1
    await follower.catch_up(within=1)
    assert (follower.heard, follower.age) == ([], 1)
    seconds.now += 0.001
    await follower.catch_up(within=1)
    assert (follower.heard, follower.age) == ([1], 0)


async def test_whoever_leaves_does_not_take_the_reading_with_him(stream, follower):
    first = asyncio.create_task(follower.catch_up())
    other = asyncio.create_task(follower.catch_up())
    await asyncio.sleep(0)
    first.cancel()
    await other
    assert follower.position is not None


async def test_without_the_storage_it_fails_and_goes_on_afterwards(stream, follower):
    await follower.catch_up()
    stream.happen()
    stream.away = True
    for _ in range(2):
        with pytest.raises(StorageLost):
            await follower.catch_up()
    assert await follower.known_position(0) == StreamPosition(FIRST_EPOCH, 0)
    stream.away = False
    assert await follower.known_position(0) == StreamPosition(FIRST_EPOCH, 1)


async def test_without_the_storage_there_is_no_first_position(stream, follower):
    stream.away = True
    with pytest.raises(StorageLost):
        await follower.known_position(0)


async def test_when_nothing_runs_events_without_a_place_may_mean_anything(stream, follower):
    await follower.catch_up()
    stream.wait()
    for times in (1, 2):
        await follower.catch_up()
        assert len(follower.resets) == times
    async with running(follower):
        await asyncio.sleep(0)
        await follower.catch_up()
    await stream.advance()
    await follower.catch_up()
    assert (follower.heard, len(follower.resets)) == ([1], 2)


async def test_when_it_runs_a_wake_or_the_next_poll_finds_what_is_new(stream, follower):
    async with running(follower):
        await until(lambda: follower.position is not None)
        stream.happen()
        follower.wake()
        await until(lambda: follower.heard == [1])
        stream.happen()
        await until(lambda: follower.heard == [1, 2])


async def test_an_outage_is_told_once_and_survived(stream, follower):
    with capture_logs() as lines:
        async with running(follower):
            await until(lambda: follower.position is not None)
            stream.away = True
            stream.happen()
            await asyncio.sleep(0.15)
            stream.away = False
            await until(lambda: follower.heard == [1])
    assert [line["event"] for line in lines] == ["stream_not_followed", "stream_followed_again"]


async def test_what_somebody_missed_comes_from_memory_as_far_as_it_reaches(stream, follower):
    await follower.catch_up()
    stream.happen(RECENT)
    stream.happen(50, topic="sales")
    await follower.catch_up()
    reads = stream.reads
    assert len(follower.recent) == RECENT
    missed = await follower.events_after(50, (), 5_000)
    assert [event.offset for event in missed] == list(range(51, RECENT + 51))
    missed = await follower.events_after(RECENT - 1, ["sales"], 7, up_to=RECENT + 5)
    assert [event.offset for event in missed] == list(range(RECENT + 1, RECENT + 6))
    assert stream.reads == reads
    missed = await follower.events_after(49, (), 5_000)
    assert [event.offset for event in missed] == list(range(50, RECENT + 51))
    assert stream.reads == reads + 1


async def test_what_was_forgotten_is_not_told_in_part(stream, follower):
    await follower.catch_up()
    stream.happen(RECENT + 50)
    await follower.catch_up()
    stream.forget_up_to(30)
    assert await follower.events_after(29, (), 10) is None
    assert await follower.events_after(30, (), 1) == [stream.events[0]]


async def test_few_ask_the_storage_for_what_they_missed_at_the_same_time(
    stream, follower, monkeypatch
):
    await follower.catch_up()
    stream.happen(RECENT + 50)
    await follower.catch_up()
    asking, most = 0, 0
    read = stream.read

    async def read_slowly(*arguments, **named):
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0.001)
        asking -= 1
        return await read(*arguments, **named)

    monkeypatch.setattr(stream, "read", read_slowly)
    answers = await asyncio.gather(*(follower.events_after(9, (), 3) for _ in range(20)))
    assert [[event.offset for event in answer] for answer in answers] == [[10, 11, 12]] * 20
    assert most == READS_AT_ONCE


async def test_before_the_first_reading_nothing_can_be_said_about_the_past(follower):
    assert await follower.events_after(0, (), 10) is None
    await follower.close()


async def test_closing_ends_a_reading(stream, follower):
    asked = asyncio.create_task(follower.catch_up())
    await asyncio.sleep(0)
    await follower.close()
    with pytest.raises(asyncio.CancelledError):
        await asked
