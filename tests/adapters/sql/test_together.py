"""What is collected is sent together, in order, and all of it or nothing is kept."""

import asyncio
import logging

import pytest
from sqlalchemy import insert, select, text

from cashhaven_adapters.sql.engine import Database, create_engine
from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_adapters.sql.statements import Change, Insert, Into, Question
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_domain.shared.errors import (
    Conflict,
    OutcomeUnknown,
    StaleAggregate,
    StorageConflict,
    StorageLost,
)

TABLE = "number_sequence"
NUMBERS = Into(number_sequence, "name", "next_number")
ALL = Question(TABLE, "SELECT name, next_number FROM number_sequence ORDER BY name", (), (str, int))
SOME = Question(
    TABLE,
    "SELECT name, next_number FROM number_sequence WHERE name > %s ORDER BY name",
    ("",),
    (str, int),
)


def adding(*names: str, number: int = 1, **parts: object) -> Insert:
    return Insert(NUMBERS, [(name, number) for name in names], **parts)  # type: ignore[arg-type]


def raising(name: str, expected: int | None = None) -> Change:
    change = "UPDATE number_sequence SET next_number = next_number + 1 WHERE name = %s"
    return Change(TABLE, change, [(name,)], expected=expected)


async def present(database: Database) -> dict[object, object]:
    async with database.reading() as session:
        (rows,) = await session.ask(SOME)
    return dict(rows)


async def test_what_is_collected_is_written_at_the_commit(database: Database) -> None:
    async with database.writing() as session:
        session.collect(adding("a", "b"))
        session.collect(raising("a", expected=1))
        assert await present(database) == {}
        await session.commit()
    assert await present(database) == {"a": 2, "b": 1}


async def test_nothing_that_is_collected_stays_without_a_commit(database: Database) -> None:
    async with database.writing() as session:
        session.collect(adding("a"))
    assert await present(database) == {}


async def test_whoever_asks_sees_what_was_collected_before(database: Database) -> None:
    wanted = select(number_sequence.c.name).order_by(number_sequence.c.name)
    async with database.writing() as session:
        session.collect(adding("a"))
        assert [row.name for row in await session.rows(wanted)] == ["a"]
        session.collect(adding("b"))
        (found,) = await session.ask(SOME)
        assert found == [("a", 1), ("b", 1)]
        _ = await session.run(insert(number_sequence), {"name": "c", "next_number": 1})
        session.collect(raising("c", expected=1))
        await session.commit()
    assert await present(database) == {"a": 1, "b": 1, "c": 2}


async def test_a_question_about_nothing_is_not_asked(database: Database) -> None:
    async with database.writing() as session:
        assert await session.ask(ALL, ALL) == [[], []]
        session.collect(adding("a"))
        assert await session.ask(ALL, SOME) == [[], [("a", 1)]]
    assert await present(database) == {}


@pytest.mark.parametrize("expected", [0, 2])
async def test_another_count_than_expected_undoes_everything(
    database: Database, expected: int
) -> None:
    async with database.writing() as session:
        session.collect(adding("a"))
        session.collect(raising("a" if expected else "nobody", expected=expected or 1))
        session.collect(adding("b"))
        with pytest.raises(StaleAggregate):
            await session.commit()
        with pytest.raises(StaleAggregate):
            await session.commit()
        with pytest.raises(StaleAggregate):
            _ = await session.ask(SOME)
    assert await present(database) == {}
    assert database.pool.in_use == 0


async def test_a_refusal_by_a_key_is_told_by_its_name_and_undoes_everything(
    database: Database,
) -> None:
    async with database.writing() as session:
        session.collect(adding("a"))
        await session.commit()
    for refusals, refusal in (
        ({"pk_number_sequence": Conflict}, Conflict),
        ({"pk_number_sequence": StorageConflict}, StorageConflict),
        ({}, StorageDefectError),
    ):
        async with database.writing() as session:
            session.collect(adding("b"))
            session.collect(adding("a", number=9, refusals=refusals))
            session.collect(adding("c"))
            with pytest.raises(refusal) as caught:
                await session.commit()
            with pytest.raises(refusal):
                await session.commit()
        assert "'a'" not in str(caught.value)
    assert await present(database) == {"a": 1}


async def test_a_refused_statement_of_its_own_leaves_the_transaction_usable(
    database: Database,
) -> None:
    async with database.writing() as session:
        _ = await session.tell(adding("a"))
        with pytest.raises(Conflict):
            _ = await session.tell(adding("a", refusals={"pk_number_sequence": Conflict}))
        session.collect(adding("b"))
        await session.commit()
    assert await present(database) == {"a": 1, "b": 1}


async def test_a_savepoint_ends_with_everything_sent(database: Database) -> None:
    async def fail_inside(names: list[str]) -> None:
        async with session.savepoint():
            session.collect(adding(*names, refusals={"pk_number_sequence": Conflict}))

    async def leave() -> None:
        async with session.savepoint():
            session.collect(adding("a"))
            raise ZeroDivisionError

    async with database.writing() as session:
        session.collect(adding("a"))
        with pytest.raises(Conflict):
            await fail_inside(["b", "a"])
        with pytest.raises(ZeroDivisionError):
            await leave()
        await fail_inside(["d"])
        await session.commit()
    assert await present(database) == {"a": 1, "d": 1}


async def test_a_commit_of_nothing_is_none(database: Database) -> None:
    async with database.writing() as session:
        await session.commit()
    async with database.writing() as session:
        (found,) = await session.ask(SOME)
        await session.commit()
    assert found == []


async def test_very_much_is_sent_in_several_texts_and_kept_at_once(database: Database) -> None:
    names = [f"{number:06}" + "x" * 50 for number in range(50_000)]
    async with database.writing() as session:
        session.collect(adding(*names))
        session.collect(raising("nobody", expected=1))
        with pytest.raises(StaleAggregate):
            await session.commit()
    assert await present(database) == {}
    async with database.writing() as session:
        session.collect(adding(*names))
        session.collect(raising(names[-1], expected=1))
        await session.commit()
    found = await present(database)
    assert len(found) == len(names)
    assert found[names[-1]] == 2


def servers_only(database: Database) -> None:
    if database.dialect.one_writer:
        pytest.skip("of servers only")


async def connection_number(session: object) -> int:
    question = Question("", "SELECT CONNECTION_ID() + %s", (0,), (int,))
    ((row,),) = await session.ask(question)  # type: ignore[attr-defined]  # a session
    (number,) = row
    return int(number)


async def test_a_connection_lost_with_the_commit_under_way_leaves_the_outcome_unknown(
    database: Database,
) -> None:
    servers_only(database)
    async with database.writing() as holder:
        _ = await holder.tell(adding("held"))

        async def write() -> None:
            async with database.writing() as session:
                numbers.append(await connection_number(session))
                session.collect(adding("held"))
                await session.commit()

        numbers: list[int] = []
        writing = asyncio.create_task(write())
        await asyncio.sleep(0.3)
        async with database.reading() as other:
            _ = await other.run(text(f"KILL {numbers[0]}"))
        with pytest.raises((OutcomeUnknown, StorageLost)):
            await writing
    assert await present(database) == {}
    assert database.pool.in_use == 0


async def test_whoever_is_cancelled_while_asking_leaves_no_ruin(database: Database) -> None:
    servers_only(database)

    async def wait_for_it() -> None:
        async with database.writing() as session:
            _ = await session.tell(adding("held"))

    async with database.writing() as holder:
        _ = await holder.tell(adding("held"))
        waiting = asyncio.create_task(wait_for_it())
        await asyncio.sleep(0.2)
        _ = waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await holder.commit()
    assert await present(database) == {"held": 1}
    assert database.pool.in_use == 0


async def test_a_wait_in_vain_undoes_everything(database: Database) -> None:
    servers_only(database)
    async with database.writing() as holder:
        _ = await holder.tell(adding("held"))
        async with database.writing() as session:
            session.collect(adding("a"))
            session.collect(adding("held"))
            with pytest.raises(StorageConflict):
                await session.commit()
            with pytest.raises(StorageConflict):
                await session.commit()
    assert await present(database) == {}


async def test_slow_statements_are_told_together_without_their_values(
    database_url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    slow = create_engine(
        database_url, slow_seconds=0.0, tell_slow=lambda statement, seconds: told.append(statement)
    )
    with caplog.at_level(logging.WARNING):
        async with slow.writing() as session:
            session.collect(adding("secret"))
            session.collect(raising("secret"))
            await session.commit()
    await slow.dispose()
    assert len(told) == 1
    assert "INSERT INTO `number_sequence`" in told[0]
    assert "UPDATE number_sequence" in told[0]
    assert "secret" not in told[0]
