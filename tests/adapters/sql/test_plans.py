"""No question of a day in the shop reads a whole table, unless it says why."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from cashhaven_adapters.sql.engine import Database
from tests.support.database_urls import database_with_tables
from tests.support.databases import opened
from tests.support.main_queries import Question, questions
from tests.support.many_rows import fill
from tests.support.plans import WHOLE, accesses_of, noted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def url_of_many_rows(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with thousands of rows in every table."""

    async def filled(url: str) -> None:
        async with opened(url) as database:
            await fill(database)

    with database_with_tables(sql_engine, request, tmp_path_factory) as url:
        asyncio.run(filled(url))
        yield url


@pytest.fixture
async def many_rows(url_of_many_rows: str) -> AsyncIterator[Database]:
    """The same database, opened; nobody empties it."""
    async with opened(url_of_many_rows) as database:
        yield database


@pytest.mark.parametrize("question", questions(), ids=lambda q: f"{q.area}: {q.name}")
async def test_rows_are_found_by_an_index(many_rows: Database, question: Question) -> None:
    async with noted(many_rows) as statements:
        _ = await question.ask(many_rows)

    assert statements
    for statement in statements:
        accesses = await accesses_of(many_rows, statement)
        slow = [
            f"{access.table}: {access}"
            for access in accesses
            if (access.index == WHOLE or (access.walked and not statement.ends_early))
            and access.table not in question.scans
        ]
        assert slow == [], statement.text
