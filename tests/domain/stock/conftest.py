"""A shop whose books must add up after every test."""

from collections.abc import AsyncIterator

import pytest

from cashhaven_app.testing import Shop, open_shop
from tests.support.books import books_in_memory


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop in memory."""
    shop = open_shop()
    yield shop
    assert books_in_memory(shop.container.adapters.store()).mistakes() == []
