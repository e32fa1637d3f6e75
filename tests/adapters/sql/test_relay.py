"""How places are given: cheaply, without waiting for anybody, and by one at a time."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.outbox import write_events
from cashhaven_adapters.sql.relay import PLACES_AT_ONCE, SqlRelay
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Change, Question, Statement
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.stream_head import HEAD, get_head, head_in
from tests.support.happenings import NOON, Happened, everything, numbers_of
from tests.support.sent import watched

NUMBERS = Question("outbox", "SELECT id FROM outbox WHERE id > %s ORDER BY id", (0,), (int,))


async def insert(session: SqlSession, *numbers: int) -> None:
    """Insert events now, not at the commit."""
    session.events += [Happened(number=number) for number in numbers]
    _ = write_events(session)
    _ = await session.ask(HEAD)


async def happen(database: Database, *numbers: int) -> None:
    async with database.writing() as session:
        await insert(session, *numbers)
        await session.commit()


async def happened(database: Database) -> list[int]:
    return numbers_of(await everything(SqlEventStream(database)))


async def test_nobody_waits_for_a_transaction_that_inserted_before_and_after(
    database: Database,
) -> None:
    if database.dialect.one_writer:
        pytest.skip("one writer waits for nobody")
    relay = SqlRelay(database)
    async with database.writing() as slow, database.writing() as other:
        await insert(slow, 1)
        await happen(database, 2, 3)
        await insert(slow, 4)
        await happen(database, 5)
        await insert(other, 6)
        began = time.monotonic()
        assert await relay.advance() == 3
        assert time.monotonic() - began < 1
        await slow.commit()
        assert await relay.advance() == 2
        await other.commit()
    assert await relay.advance() == 1
    assert await happened(database) == [2, 3, 5, 1, 4, 6]


async def test_forgetting_does_not_wait_for_those_who_insert(database: Database) -> None:
    if database.dialect.one_writer:
        pytest.skip("one writer waits for nobody")
    relay = SqlRelay(database)
    await happen(database, 1, 2, 3)
    async with database.writing() as slow:
        await insert(slow, 4)
        assert await relay.advance() == 3
        began = time.monotonic()
        assert await relay.forget(before=NOON, keep=0) == 3
        assert time.monotonic() - began < 1
        await slow.commit()
    assert await relay.advance() == 1
    assert await happened(database) == [4]


async def test_numbers_that_were_rolled_back_leave_no_hole(database: Database) -> None:
    for number in range(12):
        async with database.writing() as session:
            await insert(session, number, number + 100)
            if number % 3:
                await session.commit()
    assert await SqlRelay(database).advance() == 16
    events = await everything(SqlEventStream(database))
    assert [event.offset for event in events] == list(range(1, 17))
    async with database.reading() as session:
        (rows,) = await session.ask(NUMBERS)
    if not database.dialect.one_writer:
        assert rows[-1][0] > 16, "there was no hole among the numbers"


async def test_an_idle_look_takes_one_text_and_changes_nothing(database: Database) -> None:
    relay = SqlRelay(database)
    await happen(database, 1)
    assert await relay.advance() == 1
    texts: list[Sequence[Statement]] = []

    def look(statements: Sequence[Statement]) -> Sequence[Statement]:
        texts.append(statements)
        return statements

    with watched(database, look):
        assert await relay.advance() == 0
        assert [[type(it) for it in text] for text in texts] == [[Question, Question]]
        assert not any(it.lock for text in texts for it in text if isinstance(it, Question))
        await happen(database, 2)
        del texts[:]
        assert await relay.advance() == 1
    assert [[type(it) for it in text] for text in texts] == [
        [Question, Question],
        [Change, Change],
    ]


async def test_whoever_looked_before_others_placed_places_nothing(database: Database) -> None:
    await happen(database, 1, 2)
    seen = await get_head(database)
    async with database.reading() as session:
        (rows,) = await session.ask(NUMBERS)
    assert await SqlRelay(database).advance() == 2
    await happen(database, 3)
    assert not await SqlRelay(database)._placed(seen, [number for (number,) in rows])
    async with database.reading() as session:
        head = head_in(*await session.ask(HEAD))
    assert head is not None
    assert head.head == 2
    assert await SqlRelay(database).advance() == 1
    assert await happened(database) == [1, 2, 3]


async def test_some_hundreds_get_their_places_at_once_however_many_holes(
    database: Database,
) -> None:
    numbers = list(range(1, PLACES_AT_ONCE + 101))
    await happen(database, *numbers)
    thirds = [(number,) for number in numbers if number % 3 == 0]
    async with database.writing() as session:
        session.collect(Change("outbox", "DELETE FROM outbox WHERE aggregate_id = %s", thirds))
        await session.commit()
    assert await SqlRelay(database).advance() == len(numbers) * 2 // 3
    events = await everything(SqlEventStream(database))
    assert [event.offset for event in events] == list(range(1, len(events) + 1))
    assert numbers_of(events) == sorted(numbers_of(events))


async def test_many_relays_and_writers_of_one_database_do_not_get_in_each_others_way(
    database: Database,
) -> None:
    done = asyncio.Event()

    async def relay_on() -> int:
        relay, placed = SqlRelay(database, places_at_once=7), 0
        while not done.is_set() or await relay.waiting_since() is not None:
            placed += await relay.advance()
        return placed

    async def write(first: int) -> None:
        for number in range(first, first + 25):
            async with database.writing() as session:
                await insert(session, number)
                await asyncio.sleep(0.001 * (number % 5))
                if number % 5:
                    await session.commit()

    relays = [asyncio.create_task(relay_on()) for _ in range(4)]
    writers = 1 if database.dialect.one_writer else 8
    _ = await asyncio.gather(*(write(100 * writer) for writer in range(writers)))
    done.set()
    assert sum(await asyncio.gather(*relays)) == 20 * writers
    numbers = await happened(database)
    assert sorted(numbers) == [n + w * 100 for w in range(writers) for n in range(25) if n % 5]
