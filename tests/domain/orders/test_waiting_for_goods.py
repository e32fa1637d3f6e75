"""Whoever waits for goods acts when they are there: the ledger's moments follow its balances."""

import asyncio
from datetime import timedelta

import pytest

from cashhaven_app.testing import Shop
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery
from cashhaven_domain.stock.use_cases.list_prices import ListPricesQuery
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from tests.support.selling import honest_shop, line, ordered, sell, stocked


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def sells(shop: Shop, product: ProductId) -> None:
    _ = await sell(shop, product)


async def orders(shop: Shop, product: ProductId) -> None:
    _ = await ordered(shop, line(product))


async def counts(shop: Shop, product: ProductId) -> None:
    command = MoveStockCommand(product_id=product, quantity=Quantity.of(1))
    _ = await shop.move_stock(shop.administrator, command)


async def after_a_second(shop: Shop, product: ProductId, deed) -> None:
    """Do it while somebody else holds the product for a second."""
    async with shop.container.adapters.uow() as uow:
        _ = await uow.products.get_for_update(product)
        waiting = asyncio.create_task(deed(shop, product))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        shop.clock.advance(timedelta(seconds=1))
    await waiting


@pytest.mark.parametrize("deed", [sells, orders, counts])
async def test_a_movement_is_of_the_moment_when_the_goods_were_held(shop, deed):
    product = await stocked(shop, 10)
    await after_a_second(shop, product, deed)
    query = ListMovementsQuery(product_id=product, page=PageRequest())
    newest = (await shop.list_movements(shop.administrator, query)).items[0]
    assert newest.at == shop.clock.now()


async def test_a_price_is_of_the_moment_when_the_card_was_held(shop):
    async def reprices(shop: Shop, product: ProductId) -> None:
        command = UpdateProductCommand(product_id=product, sale_price=Money.of("13.00"))
        _ = await shop.update_product(shop.administrator, command)

    product = await stocked(shop, 10)
    await after_a_second(shop, product, reprices)
    query = ListPricesQuery(product_id=product, page=PageRequest())
    assert (await shop.list_prices(shop.administrator, query)).items[-1].at == shop.clock.now()
