"""Migrations make the tables that the program works with, and can be taken back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Connection,
    Integer,
    String,
    inspect,
    literal_column,
    select,
    table,
)

from cashhaven_adapters.sql.dialects import GUARD_TABLE, TABLE_WAIT_SECONDS
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.health import SqlHealth
from cashhaven_adapters.sql.migrations.schema import BASE, SchemaVersions
from cashhaven_adapters.sql.outbox import write_events
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.tables.schema import schema
from tests.support.databases import opened
from tests.support.happenings import Happened

VERSION_TABLE = "alembic_version"
NOT_OURS = {VERSION_TABLE, GUARD_TABLE}


@pytest.fixture
async def new_database(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database without tables."""
    if sql_engine == "sqlite":
        async with opened(f"sqlite:///{tmp_path_factory.mktemp('new') / 'shop.db'}") as database:
            yield database
        return
    server = request.getfixturevalue(f"{sql_engine}_server")
    url = server.create_database()
    try:
        async with opened(url) as database:
            yield database
    finally:
        server.drop_database(url)


async def tables(database: Database) -> set[str]:
    async with database.reading() as session:
        names = await session.call(lambda connection: inspect(connection).get_table_names())
    return set(names) - NOT_OURS


async def test_a_new_database_has_no_version(new_database: Database) -> None:
    assert await SchemaVersions(new_database).present() is None


async def test_up_makes_all_tables_and_down_removes_them(new_database: Database) -> None:
    versions = SchemaVersions(new_database)
    for _ in range(2):
        await versions.upgrade()
        assert await versions.present() == versions.newest()
        assert await tables(new_database) == set(schema.tables)
        await versions.downgrade(BASE)
        assert await versions.present() is None
        assert await tables(new_database) == set()


async def test_every_version_can_be_reached_both_ways(new_database: Database) -> None:
    versions = SchemaVersions(new_database)
    base, *steps = versions.known()
    assert base == BASE
    assert steps[-1] == versions.newest()
    for step in steps:
        await versions.upgrade(step)
        assert await versions.present() == step
    for step in reversed(steps[:-1]):
        await versions.downgrade(step)
        assert await versions.present() == step


async def test_the_migrated_tables_are_those_that_are_declared(new_database: Database) -> None:
    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name not in NOT_OURS,
            },
        )
        return compare_metadata(context, schema)

    await SchemaVersions(new_database).upgrade()
    async with new_database.reading() as session:
        assert await session.call(differences) == []


async def test_checks_are_there_under_their_names(new_database: Database) -> None:
    def checks(connection: Connection) -> set[str | None]:
        inspector = inspect(connection)
        return {
            check["name"]
            for table in inspector.get_table_names()
            for check in inspector.get_check_constraints(table)
        }

    declared = {
        constraint.name
        for table in schema.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert "ck_product_balance" in declared
    await SchemaVersions(new_database).upgrade()
    async with new_database.reading() as session:
        assert declared <= await session.call(checks)


async def test_servers_compare_text_exactly(new_database: Database) -> None:
    if new_database.dialect.one_writer:
        pytest.skip("SQLite compares bytes")
    await SchemaVersions(new_database).upgrade()
    collation = literal_column("collation_name", String)
    columns = table("columns", schema="information_schema")
    kept_here = literal_column("table_schema = DATABASE()", Boolean)
    ours = literal_column("table_name", String) != VERSION_TABLE
    async with new_database.reading() as session:
        rows = await session.rows(
            select(collation).select_from(columns).where(kept_here, ours).distinct()
        )
    assert {row[0] for row in rows} == {None, "ascii_bin", "utf8mb4_bin"}


async def test_a_migration_that_broke_off_is_finished_by_the_next_try(
    new_database: Database,
) -> None:
    versions = SchemaVersions(new_database)
    await versions.upgrade()
    await versions.downgrade("0003")
    async with new_database.engine.begin() as connection:
        product = schema.tables["product"]
        await connection.run_sync(lambda sync: product.create(sync))
    await versions.upgrade()
    assert await versions.present() == versions.newest()
    assert await tables(new_database) == set(schema.tables)


async def test_two_programs_that_start_at_once_end_up_with_the_same_tables(
    new_database: Database,
) -> None:
    async with opened(new_database.engine.url.render_as_string(False)) as other:
        first, second = SchemaVersions(new_database), SchemaVersions(other)
        _ = await asyncio.gather(first.upgrade(), second.upgrade())
        assert await first.present() == first.newest()
    assert await tables(new_database) == set(schema.tables)


async def test_health_tells_a_database_of_another_version(new_database: Database) -> None:
    versions, health = SchemaVersions(new_database), SqlHealth(new_database)
    before = await health.check()
    assert (before.answers, before.tables_fit, before.is_ready) == (True, False, False)
    await versions.upgrade()
    after = await health.check()
    assert (after.answers, after.tables_fit, after.is_ready) == (True, True, True)
    assert after.seconds < 1.5


async def test_a_migration_leaves_no_session_without_limits(new_database: Database) -> None:
    await SchemaVersions(new_database).upgrade()
    if new_database.dialect.one_writer:
        pytest.skip("no limits to lift")
    async with new_database.reading() as session:
        limit = await session.scalar(select(literal_column("@@session.lock_wait_timeout", Integer)))
    assert limit != TABLE_WAIT_SECONDS


async def test_a_stream_that_was_taken_back_begins_anew(new_database: Database) -> None:
    async def happen() -> int:
        async with new_database.writing() as session:
            session.events.append(Happened(number=7))
            _ = write_events(session)
            await session.commit()
        return await SqlRelay(new_database).advance()

    versions = SchemaVersions(new_database)
    await versions.upgrade()
    assert await happen() == 1
    before = await SqlEventStream(new_database).position()
    await versions.downgrade("0006")
    await versions.upgrade()
    assert await happen() == 2
    after = await SqlEventStream(new_database).position()
    assert (after.offset, after.epoch == before.epoch) == (2, False)
