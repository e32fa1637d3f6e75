"""Shops that are served over sockets."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.served_shop import ServedShop, served_shop


@pytest_asyncio.fixture
async def served() -> AsyncIterator[ServedShop]:
    """A shop with every limit as it comes."""
    async with served_shop() as shop:
        yield shop
