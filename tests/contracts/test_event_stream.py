"""The contract of EventStream and of Relay, which belong together."""

import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.shared.record import dump
from cashhaven_domain.stream.ports import EventStream, Relay
from tests.support.happenings import (
    NOON,
    Cooked,
    Happened,
    everything,
    happen,
    numbers_of,
    record,
)
from tests.support.storages import Storage

A_MINUTE = timedelta(minutes=1)
ALL = 1_000


@pytest.fixture
def stream(storage: Storage) -> EventStream:
    """The stream of each storage in turn."""
    return storage.event_stream()


@pytest.fixture
def relay(storage: Storage) -> Relay:
    """Its relay, which takes ten at a time."""
    return storage.relay()


async def place_all(relay: Relay) -> int:
    """Give places until nothing waits; return how many were given."""
    placed = 0
    while given := await relay.advance():
        placed += given
    return placed


# The relay


async def test_events_get_offsets_without_holes_from_one(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, [5, 3])
    await happen(storage, [4])
    assert await relay.advance() == 3
    events = await everything(stream)
    assert [event.offset for event in events] == [1, 2, 3]
    assert numbers_of(events) == [5, 3, 4]
    assert (await stream.position()).offset == 3


async def test_an_event_comes_back_as_it_was_recorded(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    event = Happened(number=7)
    async with storage.new_uow() as uow:
        record(uow, event)
        await uow.commit()
    _ = await relay.advance()
    (stored,) = await everything(stream)
    assert (stored.topic, stored.name, stored.aggregate_id) == ("till", "till.happened", 7)
    assert stored.at == NOON
    assert stored.payload == dump(event)


async def test_an_event_has_an_id_of_its_own_that_stays(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, range(5))
    _ = await relay.advance()
    ids = [event.event_id for event in await everything(stream)]
    assert [event.event_id for event in await everything(storage.event_stream())] == ids
    assert len(set(ids)) == 5
    assert all(len(event_id) == 32 and int(event_id, 16) for event_id in ids)


async def test_nothing_is_read_before_it_has_a_place(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, [1])
    assert await everything(stream) == []
    assert (await stream.position()).offset == 0
    _ = await relay.advance()
    assert len(await everything(stream)) == 1


async def test_an_idle_relay_gives_nothing(storage: Storage, relay: Relay) -> None:
    assert await relay.advance() == 0
    await happen(storage, [1])
    assert await relay.advance() == 1
    assert await relay.advance() == 0


async def test_a_relay_takes_so_many_at_a_time_and_goes_on_where_it_stopped(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, range(1, 26))
    assert [await relay.advance() for _ in range(4)] == [10, 10, 5, 0]
    events = await everything(stream)
    assert numbers_of(events) == [event.offset for event in events] == list(range(1, 26))


async def test_what_was_rolled_back_never_appears(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    for number in range(6):
        async with storage.new_uow() as uow:
            record(uow, Happened(number=number))
            if number % 2:
                await uow.commit()
    assert await relay.advance() == 3
    events = await everything(stream)
    assert numbers_of(events) == [1, 3, 5]
    assert [event.offset for event in events] == [1, 2, 3]


async def test_who_began_first_and_commits_last_is_not_lost(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    if storage.engine == "sqlite":
        pytest.skip("one writer cannot be overtaken")
    async with storage.new_uow() as slow:
        record(slow, Happened(number=1))
        await happen(storage, [2])
        assert await relay.advance() == 1
        await slow.commit()
    assert await relay.advance() == 1
    assert numbers_of(await everything(stream)) == [2, 1]


async def test_relays_at_work_at_once_miss_nothing_and_place_nothing_twice(
    storage: Storage, stream: EventStream
) -> None:
    done = asyncio.Event()

    async def write(first: int) -> None:
        for number in range(first, first + 20):
            await happen(storage, [number, number + 1_000])

    async def relay_on() -> int:
        placed = 0
        relay = storage.relay()
        while not done.is_set():
            placed += await relay.advance()
            await asyncio.sleep(0)
        return placed + await place_all(relay)

    async def watch() -> list[int]:
        """Read as followers do: never back."""
        seen: list[int] = []
        own = storage.event_stream()
        while len(seen) < 160:
            known = (await own.position()).offset
            events = await own.read(len(seen), limit=7)
            offsets = [event.offset for event in events]
            assert offsets == list(range(len(seen) + 1, len(seen) + 1 + len(offsets)))
            assert len(seen) + len(events) >= min(known, len(seen) + 7)
            seen += offsets
            await asyncio.sleep(0)
        return seen

    relays = [asyncio.create_task(relay_on()) for _ in range(3)]
    watching = asyncio.create_task(watch())
    _ = await asyncio.gather(*(write(writer * 100) for writer in range(4)))
    done.set()
    assert sum(await asyncio.gather(*relays)) == 160
    async with asyncio.timeout(10):
        assert await watching == list(range(1, 161))
    written = {
        n + more for w in range(4) for n in range(w * 100, w * 100 + 20) for more in (0, 1_000)
    }
    numbers = numbers_of(await everything(stream))
    assert len(numbers) == 160
    assert set(numbers) == written


async def test_it_tells_since_when_the_first_event_waits(storage: Storage, relay: Relay) -> None:
    assert await relay.waiting_since() is None
    await happen(storage, [1], NOON)
    await happen(storage, [2], NOON + A_MINUTE)
    assert await relay.waiting_since() == NOON
    _ = await relay.advance()
    assert await relay.waiting_since() is None
    await happen(storage, [3], NOON + 2 * A_MINUTE)
    assert await relay.waiting_since() == NOON + 2 * A_MINUTE


# Reading


async def test_reading_goes_on_after_an_offset_as_far_as_wanted(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, range(1, 10))
    _ = await relay.advance()
    assert numbers_of(await stream.read(3, limit=2)) == [4, 5]
    assert numbers_of(await stream.read(7, limit=ALL)) == [8, 9]
    assert numbers_of(await stream.read(2, up_to=4, limit=ALL)) == [3, 4]
    assert numbers_of(await stream.read(2, up_to=4, limit=1)) == [3]
    assert numbers_of(await stream.read(7, up_to=50, limit=ALL)) == [8, 9]
    assert numbers_of(await stream.read(9, limit=ALL)) == []
    assert numbers_of(await stream.read(50, limit=ALL)) == []
    assert numbers_of(await stream.read(5, up_to=3, limit=ALL)) == []


async def test_one_question_tells_the_position_and_what_comes_next(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    empty = await stream.next_after(0, limit=ALL)
    assert (empty.head, list(empty.events)) == (await stream.position(), [])
    await happen(storage, range(1, 6))
    _ = await relay.advance()
    await happen(storage, [6])
    for after, limit in ((0, ALL), (2, 2), (5, ALL), (9, ALL)):
        found = await stream.next_after(after, limit=limit)
        assert found.head == await stream.position()
        assert list(found.events) == list(await stream.read(after, limit=limit))


async def test_topics_choose_events(storage: Storage, stream: EventStream, relay: Relay) -> None:
    async with storage.new_uow() as uow:
        record(uow, Happened(number=1), Cooked(number=2), Happened(number=3), Cooked(number=4))
        await uow.commit()
    _ = await relay.advance()
    assert numbers_of(await stream.read(0, topics=["kitchen"], limit=ALL)) == [2, 4]
    assert numbers_of(await stream.read(2, topics=["kitchen"], limit=ALL)) == [4]
    assert numbers_of(await stream.read(0, topics=["till", "kitchen"], limit=3)) == [1, 2, 3]
    assert numbers_of(await stream.read(1, topics=["till"], up_to=2, limit=ALL)) == []
    assert numbers_of(await stream.read(0, topics=["'; --"], limit=ALL)) == []


# Forgetting


async def test_nothing_is_missing_in_a_new_stream(storage: Storage, stream: EventStream) -> None:
    assert await stream.floor() == 0
    assert await storage.relay().forget(before=NOON, keep=0) == 0
    assert await stream.floor() == 0


async def test_old_events_are_forgotten_and_the_floor_tells_it(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    for minute in range(8):
        await happen(storage, [minute], NOON + minute * A_MINUTE)
    _ = await place_all(relay)
    assert await relay.forget(before=NOON, keep=ALL) == 0
    assert await relay.forget(before=NOON + 5 * A_MINUTE, keep=ALL) == 5
    assert await stream.floor() == 5
    assert numbers_of(await everything(stream)) == [5, 6, 7]
    assert numbers_of(await stream.read(5, limit=1)) == [5]
    assert await relay.forget(before=NOON + 5 * A_MINUTE, keep=ALL) == 0
    assert await stream.floor() == 5


async def test_all_but_the_last_are_forgotten_however_young(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, range(1, 10))
    _ = await place_all(relay)
    assert await relay.forget(before=NOON, keep=9) == 0
    assert await relay.forget(before=NOON, keep=2) == 7
    assert await stream.floor() == 7
    assert numbers_of(await everything(stream)) == [8, 9]


async def test_forgetting_stops_at_the_first_event_that_is_young_and_not_too_many(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    for number, minute in enumerate([0, 0, 9, 0, 9], start=1):
        await happen(storage, [number], NOON + minute * A_MINUTE)
    _ = await place_all(relay)
    assert await relay.forget(before=NOON + A_MINUTE, keep=ALL) == 2
    assert numbers_of(await everything(stream)) == [3, 4, 5]
    assert await relay.forget(before=NOON + A_MINUTE, keep=2) == 2
    assert numbers_of(await everything(stream)) == [5]


async def test_what_has_no_place_is_not_forgotten(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, [1, 2])
    _ = await place_all(relay)
    await happen(storage, [3])
    assert await relay.forget(before=NOON + A_MINUTE, keep=0) == 2
    assert await relay.advance() == 1
    (event,) = await everything(stream)
    assert (event.offset, event.aggregate_id) == (3, 3)
    assert await stream.floor() == 2


async def test_offsets_go_on_after_all_was_forgotten(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, range(5))
    _ = await place_all(relay)
    before = await stream.position()
    assert await relay.forget(before=NOON, keep=0) == 5
    assert await stream.position() == before
    assert await stream.floor() == 5
    await happen(storage, [6])
    _ = await place_all(relay)
    assert [event.offset for event in await everything(stream)] == [6]


async def test_several_may_forget_at_once(storage: Storage, stream: EventStream) -> None:
    await happen(storage, range(1, 31))
    _ = await place_all(storage.relay())
    relays = [storage.relay() for _ in range(3)]
    gone = await asyncio.gather(*(relay.forget(before=NOON, keep=4) for relay in relays))
    assert sum(gone) == 26
    assert await stream.floor() == 26
    assert numbers_of(await everything(stream)) == [27, 28, 29, 30]


async def test_whoever_reads_while_others_forget_learns_from_the_floor_what_is_missing(
    storage: Storage,
) -> None:
    await happen(storage, range(1, 61))
    _ = await place_all(storage.relay())
    stream, done = storage.event_stream(), asyncio.Event()

    async def look() -> int:
        looks = 0
        while not done.is_set():
            events = await everything(stream)
            floor = await stream.floor()
            assert events[0].offset <= floor + 1, (
                "something is missing that the floor says is there"
            )
            looks += 1
            await asyncio.sleep(0)
        return looks

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    assert await storage.relay().forget(before=NOON, keep=5) == 55
    done.set()
    assert await looking > 0


# Epochs


async def test_the_epoch_is_the_same_for_everybody_and_stays(storage: Storage) -> None:
    streams = [storage.event_stream() for _ in range(6)]
    positions = await asyncio.gather(*(stream.position() for stream in streams))
    assert len(set(positions)) == 1
    assert positions[0].offset == 0
    assert len(positions[0].epoch) == 32
    assert int(positions[0].epoch, 16)
    await happen(storage, [1])
    _ = await storage.relay().advance()
    assert (await storage.event_stream().position()).epoch == positions[0].epoch


async def test_several_that_begin_at_once_begin_one_stream(storage: Storage) -> None:
    await happen(storage, range(1, 6))
    relays, stream = [storage.relay() for _ in range(4)], storage.event_stream()
    beginning = asyncio.create_task(stream.position())
    assert sum(await asyncio.gather(*(relay.advance() for relay in relays))) == 5
    assert (await beginning).epoch == (await stream.position()).epoch
    assert [event.offset for event in await everything(stream)] == [1, 2, 3, 4, 5]


async def test_a_new_epoch_makes_positions_void_and_offsets_go_on(
    storage: Storage, stream: EventStream, relay: Relay
) -> None:
    await happen(storage, [1, 2])
    _ = await relay.advance()
    before = await stream.position()
    began = await relay.begin_epoch()
    assert began.epoch != before.epoch
    assert began.offset == 2
    assert await storage.event_stream().position() == began
    await happen(storage, [3])
    _ = await relay.advance()
    after = await stream.position()
    assert (after.epoch, after.offset) == (began.epoch, 3)
    assert numbers_of(await everything(stream)) == [1, 2, 3]


async def test_a_stream_may_begin_with_a_new_epoch(storage: Storage, stream: EventStream) -> None:
    began = await storage.relay().begin_epoch()
    assert await stream.position() == began
    assert began.offset == 0
