"""Sessions: their settings, and what becomes of them when something goes wrong."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Integer, String, insert, literal_column, select, text, update

from cashhaven_adapters.sql.dialects import UnfitConnectionError, dialect_of
from cashhaven_adapters.sql.engine import Database, create_engine
from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_domain.shared.errors import Conflict, StorageBusy, StorageConflict, StorageLost
from tests.support.databases import opened

NEXT = number_sequence.c.next_number


async def keep(database: Database, name: str, number: int = 1) -> None:
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": name, "next_number": number})
        await session.commit()


async def add(session: SqlSession, name: str, by: int = 1) -> int:
    return await session.run(
        update(number_sequence).where(number_sequence.c.name == name).values(next_number=NEXT + by)
    )


async def present(database: Database, name: str) -> int | None:
    async with database.reading() as session:
        return await session.scalar(select(NEXT).where(number_sequence.c.name == name))


async def asked(session: SqlSession, what: str) -> str | None:
    return await session.scalar(select(literal_column(what, String)))


def servers_only(database: Database) -> None:
    if database.dialect.one_writer:
        pytest.skip("of servers only")


async def test_sessions_of_servers_are_set_up(database: Database) -> None:
    servers_only(database)
    async with database.writing() as session:
        version = await asked(session, "VERSION()") or ""
        mariadb = "mariadb" in version.lower()
        isolation = "@@session.tx_isolation" if mariadb else "@@session.transaction_isolation"
        limit = "@@session.max_statement_time" if mariadb else "@@session.max_execution_time"
        assert await asked(session, isolation) == "READ-COMMITTED"
        assert await asked(session, "@@session.time_zone") == "+00:00"
        assert await asked(session, "@@session.character_set_connection") == "utf8mb4"
        assert await asked(session, "@@session.collation_connection") == "utf8mb4_bin"
        assert "STRICT_ALL_TABLES" in (await asked(session, "@@session.sql_mode") or "")
        assert Decimal(str(await asked(session, limit))) == (5 if mariadb else 5000)
        assert int(str(await asked(session, "@@session.innodb_lock_wait_timeout"))) == 3


async def test_sessions_of_sqlite_are_set_up(database: Database) -> None:
    if not database.dialect.one_writer:
        pytest.skip("of SQLite only")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    async with database.reading() as session:
        for name, value in expected.items():
            found = await session.call(
                lambda connection, name=name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()  # type: ignore[misc]  # the loop's own name
            )
            assert found == value


def test_a_setting_that_was_not_taken_is_noticed() -> None:
    class Deaf:
        """A connection that forgets what it is told."""

        description = ("value",)

        def cursor(self) -> "Deaf":
            return self

        def execute(self, statement: str) -> None:
            pass

        def fetchone(self) -> tuple[str, ...]:
            return ("8.4.0", "SYSTEM")

        def close(self) -> None:
            pass

    for address in ("sqlite:///x.db", "mysql://host/shop"):
        with pytest.raises((UnfitConnectionError, ValueError)):
            dialect_of(address).prepare(Deaf())  # type: ignore[arg-type]  # as much as is used


async def test_sqlite_says_at_the_beginning_that_it_will_write(database: Database) -> None:
    if not database.dialect.one_writer:
        pytest.skip("of SQLite only")
    url = database.engine.url.render_as_string()
    wanted = select(literal_column("1", Integer))
    async with opened(url) as other_process, database.writing() as writer:
        assert await writer.scalar(wanted) == 1
        # Another process cannot even look, so nobody ever finds out at his first write.
        async with other_process.reading() as session:
            assert await session.scalar(wanted) == 1
            _ = await session.call(
                lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 50")
            )
        async with other_process.writing() as session:
            with pytest.raises(StorageConflict):
                _ = await session.scalar(wanted)


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    await keep(database, "a")
    async with database.writing() as session:
        _ = await add(session, "a")
        async with asyncio.timeout(1):
            assert await present(database, "a") == 1
        await session.commit()
    assert await present(database, "a") == 2


async def test_a_snapshot_sees_one_moment_and_a_plain_reader_the_present(
    database: Database,
) -> None:
    await keep(database, "a")
    wanted = select(NEXT).where(number_sequence.c.name == "a")
    async with database.reading(snapshot=True) as session, database.reading() as plain:
        assert await session.scalar(wanted) == 1
        async with database.writing() as writer:
            _ = await add(writer, "a")
            await writer.commit()
        assert await session.scalar(wanted) == 1
        assert await plain.scalar(wanted) == 2


async def test_nothing_is_written_without_commit(database: Database) -> None:
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": "a", "next_number": 1})
    assert await present(database, "a") is None


async def test_the_number_of_matched_rows_is_told_even_when_nothing_changes(
    database: Database,
) -> None:
    await keep(database, "a")
    async with database.writing() as session:
        assert await add(session, "a", by=0) == 1
        assert await add(session, "b", by=0) == 0


async def test_a_refused_statement_leaves_the_transaction_usable(database: Database) -> None:
    await keep(database, "a")
    async with database.writing() as session:
        with pytest.raises(Conflict):
            _ = await session.run(
                insert(number_sequence),
                {"name": "a", "next_number": 9},
                refusals={"pk_number_sequence": Conflict},
            )
        _ = await add(session, "a")
        await session.commit()
    assert await present(database, "a") == 2


async def test_an_unexpected_refusal_is_a_bug_and_tells_no_values(database: Database) -> None:
    await keep(database, "secret")
    async with database.writing() as session:
        with pytest.raises(StorageDefectError) as caught:
            _ = await session.run(insert(number_sequence), {"name": "secret", "next_number": 9})
    assert "pk_number_sequence" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_wrong_statement_is_a_bug(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(StorageDefectError):
            _ = await session.run(text("SELECT nothing FROM nowhere"))


async def test_after_a_lock_that_was_not_to_be_had_nothing_can_be_committed(
    database: Database,
) -> None:
    servers_only(database)
    await keep(database, "a")
    await keep(database, "b")
    async with database.writing() as holder:
        _ = await add(holder, "b")
        async with database.writing() as session:
            _ = await add(session, "a")
            began = asyncio.get_running_loop().time()
            with pytest.raises(StorageConflict):
                _ = await add(session, "b")
            assert 2.5 < asyncio.get_running_loop().time() - began < 4.5
            with pytest.raises(StorageConflict):
                _ = await add(session, "a")
            with pytest.raises(StorageConflict):
                await session.commit()
        async with asyncio.timeout(1):
            async with database.writing() as third:
                assert await add(third, "a", by=10) == 1
                await third.commit()
        await holder.commit()
    assert await present(database, "a") == 11


async def test_a_cancelled_statement_costs_its_connection_and_nothing_else(
    database: Database,
) -> None:
    servers_only(database)
    await keep(database, "a")

    async def wait_for_the_row() -> None:
        async with database.writing() as session:
            _ = await add(session, "a", by=100)
            await session.commit()

    async with database.writing() as holder:
        _ = await add(holder, "a")
        waiting = asyncio.create_task(wait_for_the_row())
        await asyncio.sleep(0.2)
        assert database.pool.in_use == 2
        _ = waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert database.pool.in_use == 1
        await holder.commit()
    assert database.pool.in_use == 0
    assert await present(database, "a") == 2


async def test_a_cancelled_writer_lets_the_next_one_in(database: Database) -> None:
    await keep(database, "a")
    inside = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.writing() as session:
            _ = await add(session, "a", by=100)
            inside.set()
            await asyncio.sleep(60)

    writing = asyncio.create_task(write_and_wait())
    await inside.wait()
    _ = writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with asyncio.timeout(1), database.writing() as session:
        _ = await add(session, "a")
        await session.commit()
    assert await present(database, "a") == 2
    assert database.pool.in_use == 0


async def test_whoever_is_cancelled_at_the_commit_leaves_with_a_known_outcome(
    database: Database,
) -> None:
    await keep(database, "a")

    async def write() -> None:
        async with database.writing() as session:
            _ = await add(session, "a")
            me = asyncio.current_task()
            assert me is not None
            _ = asyncio.get_running_loop().call_soon(me.cancel)
            await session.commit()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(write())
    assert await present(database, "a") == 2
    assert database.pool.in_use == 0


async def test_tasks_cancelled_at_any_moment_leak_no_connection(database: Database) -> None:
    await keep(database, "a")

    async def work(number: int) -> None:
        async with database.writing() as session:
            _ = await add(session, "a")
            await session.commit()
        async with database.reading() as session:
            _ = await session.scalar(select(NEXT).where(number_sequence.c.name == "a"))

    for delay in range(0, 60, 3):
        tasks = [asyncio.create_task(work(number)) for number in range(4)]
        await asyncio.sleep(delay / 2000)
        for task in tasks:
            _ = task.cancel()
        _ = await asyncio.gather(*tasks, return_exceptions=True)
    assert database.pool.in_use == 0
    before = await present(database, "a")
    await work(0)
    assert await present(database, "a") == (before or 0) + 1


async def test_an_empty_pool_is_told_within_its_time_and_leaks_nothing(
    database_url: str, database: Database
) -> None:
    async with opened(database_url, pool_size=2, pool_overflow=0, wait_seconds=0.5) as small:
        began = asyncio.get_running_loop().time()
        async with small.reading(), small.reading():
            for _ in range(3):
                with pytest.raises(StorageBusy):
                    _ = await present(small, "a")
            assert small.pool.in_use == 2
        assert asyncio.get_running_loop().time() - began < 3
        assert small.pool.refused == 3
        assert small.pool.in_use == 0
        assert await present(small, "a") is None


async def test_many_wait_for_few_connections_in_turn(database_url: str, database: Database) -> None:
    await keep(database, "a")
    async with opened(database_url, pool_size=2, pool_overflow=0) as small:

        async def work() -> None:
            async with small.writing() as session:
                _ = await add(session, "a")
                await session.commit()

        _ = await asyncio.gather(*(work() for _ in range(40)))
        assert small.pool.in_use == 0
    assert await present(database, "a") == 41


async def test_a_killed_connection_is_lost_before_the_commit_and_replaced_after(
    database: Database,
) -> None:
    servers_only(database)
    await keep(database, "a")
    async with database.writing() as session:
        _ = await add(session, "a")
        number = int(str(await asked(session, "CONNECTION_ID()")))
        async with database.reading() as other:
            _ = await other.run(text(f"KILL {number}"))
        with pytest.raises(StorageLost):
            _ = await add(session, "a")
        with pytest.raises(StorageLost):
            await session.commit()
    assert await present(database, "a") == 1
    assert database.pool.in_use == 0


async def test_a_connection_that_died_in_the_pool_is_replaced_unnoticed(
    database: Database,
) -> None:
    servers_only(database)
    async with database.reading() as session:
        number = int(str(await asked(session, "CONNECTION_ID()")))
    async with database.reading() as first, database.reading() as second:
        mine = int(str(await asked(first, "CONNECTION_ID()")))
        killer, victim = (second, mine) if mine == number else (first, number)
        _ = await killer.run(text(f"KILL {victim}"))
    for _ in range(3):
        assert await present(database, "a") is None


async def test_a_server_that_is_not_there_is_lost() -> None:
    async with opened("mysql://nobody@127.0.0.1:9/shop") as database:
        with pytest.raises(StorageLost):
            _ = await present(database, "a")
        with pytest.raises(StorageLost):
            async with database.writing():
                raise AssertionError("began on nothing")


async def test_a_file_that_cannot_be_opened_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nowhere = tmp_path_factory.mktemp("none") / "no" / "shop.db"
    async with opened(f"sqlite:///{nowhere}") as database:
        with pytest.raises(StorageLost):
            _ = await present(database, "a")


async def test_slow_statements_are_told_without_their_values(
    database_url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    slow = create_engine(database_url, slow_seconds=0.0)
    async with slow.reading() as session:
        _ = await session.scalar(select(NEXT).where(number_sequence.c.name == "secret"))
    await slow.dispose()
    (record,) = [r for r in caplog.records if "number_sequence" in str(vars(r).get("statement"))]
    assert record.message == "slow_statement"
    assert "secret" not in str(vars(record))


async def test_moments_keep_their_microseconds(database: Database) -> None:
    moment = datetime(2024, 1, 15, 12, 59, 59, 999_999, tzinfo=UTC)
    row = {
        "principal_id": 1,
        "operation_key": "k",
        "operation": "n",
        "fingerprint": bytes(range(32)),
        "created_at": moment,
    }
    async with database.writing() as session:
        _ = await session.run(insert(idempotency), row)
        found = await session.first(select(idempotency.c.created_at, idempotency.c.fingerprint))
    assert found is not None
    assert tuple(found) == (moment, bytes(range(32)))


async def test_a_file_is_free_when_a_connection_was_cut_in_the_middle(database: Database) -> None:
    """Also while somebody still has a cursor of it, as tracebacks do."""
    if not database.dialect.one_writer:
        pytest.skip("servers undo what a lost connection began")
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": "cut", "next_number": 1})
        raw = await session._connection.get_raw_connection()
        assert raw.driver_connection is not None
        left_over = await raw.driver_connection.execute("SELECT 1 UNION SELECT 2")
        await session.drop(StorageLost())
    async with asyncio.timeout(2), database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": "next", "next_number": 1})
        await session.commit()
    async with database.reading() as session:
        rows = await session.rows(select(number_sequence.c.name))
    assert [row.name for row in rows] == ["next"]
    assert left_over is not None
