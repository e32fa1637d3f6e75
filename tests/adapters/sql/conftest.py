"""Databases for the tests of the SQL adapters."""

from collections.abc import AsyncIterator, Iterator

import pytest

from cashhaven_adapters.sql.engine import Database
from tests.support.database_urls import database_with_tables
from tests.support.databases import empty, opened


@pytest.fixture(scope="session")
def database_url(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with tables, on each chosen engine in turn."""
    with database_with_tables(sql_engine, request, tmp_path_factory) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened and empty."""
    async with opened(database_url) as database:
        yield database
        await empty(database)
