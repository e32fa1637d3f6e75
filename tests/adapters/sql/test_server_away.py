"""A server that hangs, dies and comes back; what is said meanwhile, and how soon."""

import os
import signal
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Integer, insert, literal_column, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.health import SqlHealth
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_adapters.sql.session import ANSWER_SECONDS
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_domain.shared.errors import OutcomeUnknown, StorageLost
from tests.support.databases import opened
from tests.support.own_server import OwnServer

pytestmark = [pytest.mark.mariadb, pytest.mark.heavy]

ONE = select(literal_column("1", Integer))


@pytest.fixture
async def database(own_mariadb_server: OwnServer) -> AsyncIterator[Database]:
    """A database with tables on a server of this test alone."""
    async with opened(own_mariadb_server.server.create_database()) as database:
        await SchemaVersions(database).upgrade()
        yield database


async def answers(database: Database) -> bool:
    async with database.reading() as session:
        return await session.scalar(ONE) == 1


async def test_health_tells_soon_that_the_server_hangs_and_that_it_is_back(
    database: Database, own_mariadb_server: OwnServer
) -> None:
    health = SqlHealth(database)
    assert (await health.check()).is_ready
    os.kill(own_mariadb_server.pid, signal.SIGSTOP)
    try:
        for _ in range(3):
            began = time.monotonic()
            assert not (await health.check()).answers
            assert time.monotonic() - began < 3
        assert database.pool.in_use == 0
    finally:
        os.kill(own_mariadb_server.pid, signal.SIGCONT)
    assert (await health.check()).is_ready


async def test_a_server_that_hangs_at_the_commit_leaves_the_outcome_open(
    database: Database, own_mariadb_server: OwnServer
) -> None:
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": "a", "next_number": 1})
        os.kill(own_mariadb_server.pid, signal.SIGSTOP)
        began = time.monotonic()
        try:
            with pytest.raises(OutcomeUnknown):
                await session.commit()
        finally:
            os.kill(own_mariadb_server.pid, signal.SIGCONT)
    assert time.monotonic() - began < ANSWER_SECONDS + 2
    assert database.pool.in_use == 0


async def test_a_server_that_was_killed_is_found_again_when_it_is_back(
    database: Database, own_mariadb_server: OwnServer
) -> None:
    assert await answers(database)
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": "a", "next_number": 1})
        own_mariadb_server.kill()
        with pytest.raises(StorageLost):
            _ = await session.scalar(ONE)
    for _ in range(2):
        with pytest.raises(StorageLost):
            _ = await answers(database)
    own_mariadb_server.restart()
    assert await answers(database)
    async with database.reading() as session:
        assert await session.rows(select(number_sequence)) == []
    assert database.pool.in_use == 0
