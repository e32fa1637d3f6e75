"""History of clients: what the repository and the queries of clients read of sales and orders."""

import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import ClientFigures, ClientOrder, ClientSale
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId, OrderLine, OrderTerms
from cashhaven_domain.sales.sale import Sale, SaleId, SaleTerms
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from tests.support.clients import REGISTERED, a_client
from tests.support.products import a_product

ONE, TWO = ClientId(1), ClientId(2)
BOSS = Actor.system()


def at(hours):
    return REGISTERED + timedelta(hours=hours)


@pytest.fixture
async def shop(storage):
    """Two clients and a product."""
    async with storage.new_uow() as uow:
        await uow.clients.add(a_client(1))
        await uow.clients.add(a_client(2))
        await uow.products.add(a_product())
        await uow.commit()
    return storage


async def sell(shop, number, *, to, hours, price="12.00", cancelled=False):
    async with shop.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(1))
        terms = SaleTerms(
            product_id=product.id,
            unit_price=Money.of(price),
            quantity=Quantity.of(1),
            began_at=at(hours),
            ended_at=at(hours),
            client_id=to,
        )
        sale = Sale.register(
            SaleId(number), terms, product, operation_key=None, by=BOSS.user_id, at=at(hours)
        )
        await uow.sales.add_many([sale])
        if cancelled:
            sale.cancel(
                product,
                reason="engano",
                return_stock=True,
                within=timedelta(),
                actor=BOSS,
                at=at(hours),
            )
            await uow.sales.save(sale)
        await uow.products.save(product)
        await uow.commit()


async def order(shop, number, *, to, hours, price="12.00", cancelled=False):
    async with shop.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(1))
        line = OrderLine(product_id=product.id, quantity=Quantity.of(1), unit_price=Money.of(price))
        placed = Order.place(
            OrderId(number),
            OrderTerms(items=(line,), total=Money.of(price), client_id=to),
            {product.id: product},
            operation_key=None,
            by=BOSS.user_id,
            at=at(hours),
        )
        await uow.orders.add_many([placed])
        if cancelled:
            placed.cancel({product.id: product}, goods_are_whole=False, actor=BOSS, at=at(hours))
            await uow.orders.save(placed)
        await uow.products.save(product)
        await uow.commit()


async def has_history(shop, client_id=ONE):
    async with shop.new_uow() as uow:
        return await uow.clients.has_history(client_id)


async def test_a_client_who_bought_nothing_has_no_history(shop):
    await sell(shop, 1, to=TWO, hours=1)
    await order(shop, 1, to=None, hours=1)
    assert not await has_history(shop)


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_sale_is_history_even_when_it_was_cancelled(shop, cancelled):
    await sell(shop, 1, to=ONE, hours=1, cancelled=cancelled)
    assert await has_history(shop)


@pytest.mark.parametrize("cancelled", [False, True])
async def test_an_order_is_history_even_when_it_was_cancelled(shop, cancelled):
    await order(shop, 1, to=ONE, hours=1, cancelled=cancelled)
    assert await has_history(shop)


async def test_a_sale_that_is_under_way_is_waited_for(shop):
    started = asyncio.Event()

    async def sell_slowly():
        async with shop.new_uow() as uow:
            assert await uow.clients.hold_known([ONE]) == {ONE}
            product = await uow.products.get_for_update(ProductId(1))
            terms = SaleTerms(
                product_id=product.id,
                unit_price=Money.of("12.00"),
                began_at=at(1),
                ended_at=at(1),
                client_id=ONE,
            )
            sale = Sale.register(
                SaleId(1), terms, product, operation_key=None, by=BOSS.user_id, at=at(1)
            )
            started.set()
            await uow.sales.add_many([sale])
            await asyncio.sleep(0.2)
            await uow.products.save(product)
            await uow.commit()

    async def look_meanwhile():
        await started.wait()
        async with shop.new_uow() as uow:
            await uow.clients.get_for_update(ONE)
            return await uow.clients.has_history(ONE)

    _, seen = await asyncio.gather(sell_slowly(), look_meanwhile())
    assert seen


async def test_a_history_shows_everything_and_counts_what_was_not_cancelled(shop):
    await sell(shop, 1, to=ONE, hours=1, price="10.00")
    await sell(shop, 2, to=ONE, hours=5, price="0.05")
    await sell(shop, 3, to=ONE, hours=9, price="99.00", cancelled=True)
    await sell(shop, 4, to=TWO, hours=9, price="99.00")
    await order(shop, 1, to=ONE, hours=2, price="20.00")
    await order(shop, 2, to=ONE, hours=8, price="77.00", cancelled=True)
    await order(shop, 3, to=None, hours=9)
    history = await shop.client_queries.find_history(ONE)
    assert [(sale.id, sale.cancelled) for sale in history.sales] == [
        (3, True),
        (2, False),
        (1, False),
    ]
    assert [(item.id, item.cancelled) for item in history.orders] == [(2, True), (1, False)]
    assert history.sale_figures == ClientFigures(count=2, total=Money.of("10.05"), last_at=at(5))
    assert history.order_figures == ClientFigures(count=1, total=Money.of("20.00"), last_at=at(2))
    assert history.total == Money.of("30.05")
    assert history.last_visit == at(5)
    assert history.average_ticket == Money.of("10.02")


async def test_a_history_shows_sales_and_orders_as_they_were(shop):
    await sell(shop, 1, to=ONE, hours=1)
    await order(shop, 2, to=ONE, hours=2, cancelled=True)
    history = await shop.client_queries.find_history(ONE)
    assert history.sales == (
        ClientSale(
            id=1,
            product_id=1,
            quantity=Quantity.of(1),
            unit_price=Money.of("12.00"),
            total=Money.of("12.00"),
            sold_at=at(1),
            cancelled=False,
        ),
    )
    assert history.orders == (
        ClientOrder(
            id=2,
            status=OrderStatus.CANCELLED.value,
            total=Money.of("12.00"),
            placed_at=at(2),
            cancelled=True,
        ),
    )


async def test_purchases_of_one_moment_are_told_apart_by_their_numbers(shop):
    for number in (2, 3, 1):
        await sell(shop, number, to=ONE, hours=1)
    history = await shop.client_queries.find_history(ONE)
    assert [sale.id for sale in history.sales] == [3, 2, 1]


async def test_a_history_without_purchases_is_empty(shop):
    history = await shop.client_queries.find_history(ONE)
    assert (history.sales, history.orders) == ((), ())
    assert history.sale_figures == history.order_figures == ClientFigures()
    assert (history.total, history.last_visit, history.average_ticket) == (
        Money.zero(),
        None,
        None,
    )


async def test_the_history_of_an_anonymous_client_stays(shop):
    await sell(shop, 1, to=ONE, hours=1)
    async with shop.new_uow() as uow:
        client = await uow.clients.get_for_update(ONE)
        client.become_anonymous(by=BOSS.user_id, at=at(2))
        await uow.clients.save(client)
        await uow.commit()
    history = await shop.client_queries.find_history(ONE)
    assert [sale.id for sale in history.sales] == [1]
