"""What contracts are tested on."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.books import books_in_memory, books_in_sql
from tests.support.database_urls import database_with_tables
from tests.support.databases import empty, opened
from tests.support.storages import MemoryStorage, SqlStorage, Storage


@pytest.fixture(scope="session")
def books(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the books, for engines that have one."""
    if engine == "memory":
        yield ""
        return
    with database_with_tables(engine, request, tmp_path_factory) as url:
        yield url


@pytest.fixture
async def storage(engine: str, books: str) -> AsyncIterator[Storage]:
    """Each chosen storage in turn, empty."""
    if engine == "memory":
        in_memory = MemoryStorage()
        yield in_memory
        assert list(books_in_memory(in_memory.store).wrong_balances()) == []
        return
    async with opened(books) as database:
        yield SqlStorage(engine, database)
        wrong = list((await books_in_sql(database)).wrong_balances())
        await empty(database)
        assert wrong == []
