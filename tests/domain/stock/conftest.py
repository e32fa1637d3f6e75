"""A shop whose books must add up after every test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from cashhaven_app.testing import Shop, open_shop
from tests.support.books import books_in_memory
from tests.support.database_urls import database_with_tables


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop in memory."""
    shop = open_shop()
    yield shop
    assert books_in_memory(shop.container.adapters.store()).mistakes() == []


@pytest.fixture(scope="session")
def books(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with empty tables; none for memory."""
    if engine == "memory":
        yield ""
        return
    with database_with_tables(engine, request, tmp_path_factory) as url:
        yield url
