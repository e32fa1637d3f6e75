from datetime import UTC, date, datetime, timedelta

import pytest

from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.orders.use_cases.list_orders import ListOrdersQuery
from cashhaven_domain.shared.paging import PageRequest
from tests.support.selling import honest_shop, known_client, line, ordered, stocked


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def listed(shop, **parts):
    page = await shop.list_orders(shop.operator, ListOrdersQuery(**parts))
    return [view.id for view in page.items]


async def test_orders_are_listed_newest_first_as_a_whole(shop):
    product = await stocked(shop)
    first = await ordered(shop, line(product))
    answer = FiscalAnswer(order_id=first, uuid="a-1", status=FiscalStatus.APPROVED)
    await shop.record_fiscal_answer(shop.operator, answer)
    shop.clock.advance(timedelta(seconds=1))
    second, third = await ordered(shop, line(product)), await ordered(shop, line(product))
    page = await shop.list_orders(shop.operator, ListOrdersQuery())
    assert [view.id for view in page.items] == [third, second, first]
    assert page.items[-1] == await shop.find_order(shop.operator, first)
    assert len(page.items[-1].fiscal) == 1


async def test_orders_are_listed_by_status_and_by_client(shop):
    product, client = await stocked(shop), await known_client(shop)
    plain = await ordered(shop, line(product))
    named = await ordered(shop, line(product), client_id=client)
    command = ChangeOrderStatusCommand(order_id=plain, status=OrderStatus.PREPARING)
    await shop.change_order_status(shop.operator, command)
    assert await listed(shop, status=OrderStatus.PREPARING) == [plain]
    assert await listed(shop, status=OrderStatus.RECEIVED) == [named]
    assert await listed(shop, client_id=client) == [named]


async def test_days_of_orders_are_days_of_the_shop(shop):
    product = await stocked(shop)
    shop.clock.set(datetime(2024, 1, 15, 2, 59, 59, tzinfo=UTC))
    eve = await ordered(shop, line(product))
    shop.clock.set(datetime(2024, 1, 15, 3, 0, tzinfo=UTC))
    day = await ordered(shop, line(product))
    assert await listed(shop, since=date(2024, 1, 15)) == [day]
    assert await listed(shop, until=date(2024, 1, 14)) == [eve]


async def test_pages_of_orders_go_on_where_the_last_one_ended(shop):
    product = await stocked(shop)
    numbers = [await ordered(shop, line(product)) for _ in range(3)]
    page = await shop.list_orders(shop.operator, ListOrdersQuery(page=PageRequest(limit=2)))
    assert [view.id for view in page.items] == numbers[:0:-1]
    assert await listed(shop, page=PageRequest(limit=2, after=page.next)) == numbers[:1]


async def test_an_order_that_is_not_there_is_not_found(shop):
    with pytest.raises(OrderNotFound):
        await shop.find_order(shop.operator, OrderId(77))
