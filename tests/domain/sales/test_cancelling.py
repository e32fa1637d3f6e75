from datetime import timedelta

import pytest

from cashhaven_domain.sales.errors import CancellationTooLate, SaleAlreadyCancelled, SaleNotFound
from cashhaven_domain.sales.events import SaleCancelled
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity
from tests.support.selling import (
    balance_of,
    honest_shop,
    ledger_of,
    set_parameter,
    sold,
    stocked,
)


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def cancel(shop, sale_id, actor=None, **parts):
    command = CancelSaleCommand(sale_id=sale_id, **{"reason": "Engano"} | parts)
    return await shop.cancel_sale(actor or shop.operator, command)


async def test_a_cancelled_sale_puts_its_stock_back(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product, quantity=Quantity.of(3))
    view = await cancel(shop, sale)
    assert view.cancellation.reason == "Engano"
    assert view.cancellation.by == shop.operator.user_id
    assert view.cancellation.at == shop.clock.now()
    assert view.cancellation.stock_returned
    assert view.duration_seconds == 300
    assert await balance_of(shop, product) == Quantity.of(10)
    assert await ledger_of(shop, product) == [("abertura", 10), ("venda", -3), ("cancelamento", 3)]
    page = await shop.list_sales(shop.operator, ListSalesQuery())
    assert page.items == (view,)


async def test_goods_that_do_not_come_back_are_booked_as_lost(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product, quantity=Quantity.of(3))
    view = await cancel(shop, sale, return_stock=False)
    assert not view.cancellation.stock_returned
    assert await balance_of(shop, product) == Quantity.of(7)
    rows = await ledger_of(shop, product)
    assert rows[-2:] == [("cancelamento", 3), ("perda", -3)]


async def test_a_sale_is_cancelled_once(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product)
    await cancel(shop, sale)
    with pytest.raises(SaleAlreadyCancelled):
        await cancel(shop, sale, actor=shop.administrator)
    assert await balance_of(shop, product) == Quantity.of(10)


async def test_a_cancellation_is_told(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product)
    await cancel(shop, sale, reason="Cliente Maria desistiu")
    (event,) = (event for event in shop.events if isinstance(event, SaleCancelled))
    assert (event.sale_id, event.product_id, event.total) == (sale, product, Money.of("12.00"))
    assert (event.stock_returned, event.user_id) == (True, shop.operator.user_id)
    assert (event.product_name, event.reason) == ("Produto 1", "Cliente Maria desistiu")
    assert "Maria" not in repr(event)


async def test_an_operator_takes_an_own_sale_back_for_ten_minutes_and_no_longer(shop):
    product = await stocked(shop, 10)
    early, late = await sold(shop, product), await sold(shop, product)
    shop.clock.advance(timedelta(minutes=10))
    await cancel(shop, early)
    shop.clock.advance(timedelta(microseconds=1))
    with pytest.raises(CancellationTooLate):
        await cancel(shop, late)
    await cancel(shop, late, actor=shop.administrator)


async def test_the_shop_decides_for_how_long_own_sales_can_be_taken_back(shop):
    product = await stocked(shop, 10)
    await set_parameter(shop, 8, value=0)
    sale = await sold(shop, product)
    shop.clock.advance(timedelta(seconds=1))
    with pytest.raises(CancellationTooLate):
        await cancel(shop, sale)


async def test_an_operator_never_takes_back_what_another_sold(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product, actor=shop.administrator)
    with pytest.raises(AccessDenied) as refusal:
        await cancel(shop, sale)
    assert refusal.value.code == "ACCESS_DENIED"
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_a_sale_that_is_not_there_cannot_be_cancelled(shop):
    with pytest.raises(SaleNotFound):
        await cancel(shop, SaleId(77))


async def test_a_cancellation_needs_a_reason(shop):
    sale = await sold(shop, await stocked(shop, 10))
    with pytest.raises(InvalidInput, match="motivo"):
        await cancel(shop, sale, reason=" ")


async def test_a_sale_of_a_removed_product_can_be_cancelled(shop):
    product = await stocked(shop, 10)
    sale = await sold(shop, product)
    await shop.remove_product(shop.administrator, product)
    assert (await cancel(shop, sale)).cancellation is not None
