"""Whoever follows the stream misses nothing, whatever happens to those who give the places.

Twelve writers insert and wait a while before they commit or roll back; two relays are killed again
and again. Beside it, a reader that trusts the numbers of the rows, and loses some of them.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_adapters.sql.outbox import write_events
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.statements import Question
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.stream_head import HEAD
from tests.support.databases import opened
from tests.support.happenings import Happened
from tests.support.relay_process import relay_that_is_killed

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180)]

WRITERS = 12
SECONDS = 18
SECONDS_TO_CATCH_UP = 20
LONGEST_DELAY = 0.06
ROLLED_BACK = 0.2
LOOK_BACK = 300
_BY_NUMBER = "SELECT id, aggregate_id FROM outbox WHERE id > %s ORDER BY id LIMIT %s"
_PLACES = "SELECT position, aggregate_id FROM outbox WHERE id > %s ORDER BY position"


@dataclass(slots=True)
class Written:
    """What became of the transactions."""

    committed: list[int] = field(default_factory=list)
    rolled_back: list[int] = field(default_factory=list)
    transactions: int = 0
    is_complete: bool = False


@dataclass(slots=True)
class Followed:
    """What a reader saw that is always at it."""

    numbers: list[int] = field(default_factory=list)
    """What happened, by offset from 1."""
    ids: dict[int, str] = field(default_factory=dict)
    looks: int = 0


@pytest.fixture
async def url(server_engine: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a database with tables."""
    server = request.getfixturevalue(f"{server_engine}_server")
    url = server.create_database()
    async with opened(url) as database:
        await SchemaVersions(database).upgrade()
    yield url
    server.drop_database(url)


async def test_every_committed_event_gets_one_place_in_one_order_for_everybody(url: str) -> None:
    written, followed, by_number = Written(), Followed(), set[int]()
    async with opened(url) as database:
        following = asyncio.create_task(follow(database, followed, written))
        counting = asyncio.create_task(follow_numbers(database, by_number, written))
        async with (
            relay_that_is_killed(url, random.Random(1)) as first,
            relay_that_is_killed(url, random.Random(2)) as second,
        ):
            numbers, chance = iter(range(1, 10_000_000)), random.Random(11)
            end = asyncio.get_running_loop().time() + SECONDS
            async with asyncio.TaskGroup() as writing:
                for _ in range(WRITERS):
                    _ = writing.create_task(write(database, numbers, written, chance, end))
            written.is_complete = True
            async with asyncio.timeout(SECONDS_TO_CATCH_UP):
                _ = await asyncio.gather(following, counting)
        places = await places_of(database)
        assert await SqlRelay(database).advance() == 0

    assert min(first.kills, second.kills) > 1, "the relays were hardly killed: nothing was proved"
    assert min(first.given, second.given) > 0, "one relay alone gave all places"
    assert written.rolled_back, "nothing was rolled back"
    assert [offset for offset, _ in places] == list(range(1, len(places) + 1))
    assert [number for _, number in places] == followed.numbers
    assert sorted(followed.numbers) == sorted(written.committed)
    missed = set(written.committed) - by_number
    assert missed, "numbers are as good as places: then why take the trouble?"
    print(
        f"{written.transactions} transactions, {len(places)} events, {len(written.rolled_back)}"
        f" rolled back, kills {first.kills} and {second.kills}, looks {followed.looks}, missed 0;"
        f" by number missed {len(missed)}"
    )


async def write(
    database: Database,
    numbers: Iterator[int],
    written: Written,
    chance: random.Random,
    end: float,
) -> None:
    """Insert some events, wait, and commit or not, until the end."""
    while asyncio.get_running_loop().time() < end:
        some = [next(numbers) for _ in range(chance.randint(1, 5))]
        async with database.writing() as session:
            session.events += [Happened(number=number) for number in some]
            _ = write_events(session)
            # Whatever is asked sends what was written: the rows have their numbers from here on.
            _ = await session.ask(HEAD)
            await asyncio.sleep(chance.uniform(0, LONGEST_DELAY))
            if chance.random() < ROLLED_BACK:
                written.rolled_back += some
                continue
            await session.commit()
        written.committed += some
        written.transactions += 1


async def follow(database: Database, followed: Followed, written: Written) -> None:
    """Read until all is seen, and look back each time: nothing comes late, and nothing changes."""
    stream = SqlEventStream(database)
    while not written.is_complete or len(followed.numbers) < len(written.committed):
        known = (await stream.position()).offset
        after = len(followed.numbers)
        begin = max(0, after - LOOK_BACK)
        events = await stream.read(begin, limit=LOOK_BACK + 1_000)
        assert [event.offset for event in events] == list(range(begin + 1, begin + 1 + len(events)))
        assert begin + len(events) >= min(known, begin + LOOK_BACK + 1_000)
        for event in events:
            assert followed.ids.setdefault(event.offset, event.event_id) == event.event_id
        followed.numbers += [event.aggregate_id for event in events if event.offset > after]
        followed.looks += 1
        await asyncio.sleep(0.002)


async def follow_numbers(database: Database, seen: set[int], written: Written) -> None:
    """Read on from the last number seen, as if numbers were the order of the commits."""
    last, ends = 0, False
    while not ends:
        ends = written.is_complete
        async with database.reading() as session:
            (rows,) = await session.ask(Question("outbox", _BY_NUMBER, (last, 100_000), (int, int)))
        for number, happened in rows:
            last = number
            seen.add(happened)
        await asyncio.sleep(0.002)


async def places_of(database: Database) -> list[tuple[int | None, int]]:
    """Return the place of each event that is there, and what happened."""
    async with database.reading() as session:
        (rows,) = await session.ask(Question("outbox", _PLACES, (0,), (int, int)))
    return [(offset, number) for offset, number in rows]
