"""The example shop: always the same, and nothing in it that a real shop would not have."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from cashhaven_app.demo.catalogue import ARTICLES, GUESTS
from cashhaven_app.demo.shop import fill, is_empty
from cashhaven_app.testing import Shop, open_shop
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.use_cases.list_orders import ListOrdersQuery
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery

NOW = datetime(2024, 2, 16, 20, 30, tzinfo=UTC)


def a_month() -> tuple[Shop, dict[str, int]]:
    shop = open_shop(now=NOW)
    return shop, asyncio.run(fill(shop.container))


@pytest.fixture(scope="module")
def shop() -> Shop:
    return a_month()[0]


async def test_a_new_shop_is_empty_and_a_filled_one_is_not(shop):
    assert await is_empty(open_shop(now=NOW).container)
    assert not await is_empty(shop.container)


def test_the_month_is_the_same_every_time(shop):
    other, counts = a_month()

    assert shop.events == other.events
    assert counts["produtos"] == len(ARTICLES)
    assert counts["clientes"] == len(GUESTS)
    assert counts["vendas"] > 800
    assert counts["pedidos"] > 100
    assert all(event.occurred_at <= NOW for event in shop.events)


async def test_the_last_orders_are_still_on_their_way(shop):
    page = await shop.list_orders(shop.operator, ListOrdersQuery())

    states = Counter(order.status for order in page.items)
    assert states[OrderStatus.DELIVERED] > 50
    assert states[OrderStatus.CANCELLED] > 0
    assert states.keys() - {OrderStatus.DELIVERED, OrderStatus.CANCELLED}
    assert any(order.fiscal for order in page.items)


async def test_the_books_balance(shop):
    products = await shop.list_products(shop.administrator, PageRequest())
    for product in products.items:
        query = ListMovementsQuery(product_id=product.id, page=PageRequest())
        movements = await shop.list_movements(shop.administrator, query)
        total = sum((movement.quantity for movement in movements.items), Quantity.zero())
        assert total == product.balance
        assert not product.balance.is_negative


def test_people_are_invented_but_their_numbers_look_right():
    assert len({guest.cpf for guest in GUESTS}) == len(GUESTS)
    assert len({guest.phone for guest in GUESTS}) == len(GUESTS)
    assert all(guest.cpf.has_right_check_digits for guest in GUESTS)


async def test_nobody_is_told_of_that_month_now(shop):
    relay, stream = shop.container.adapters.relay(), shop.container.adapters.event_stream()
    position = await stream.position()
    assert position.offset == len(shop.events) > 1_000
    assert await stream.floor() == position.offset
    assert await relay.waiting_since() is None
