from datetime import UTC, date, datetime, timedelta

import pytest

from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import PageRequest
from tests.support.selling import honest_shop, sold, stocked


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def listed(shop, **parts):
    page = await shop.list_sales(shop.operator, ListSalesQuery(**parts))
    return [view.id for view in page.items]


async def test_sales_are_listed_newest_first(shop):
    product = await stocked(shop)
    first = await sold(shop, product)
    shop.clock.advance(timedelta(seconds=1))
    second, third = await sold(shop, product), await sold(shop, product)
    assert await listed(shop) == [third, second, first]


async def test_sales_are_listed_by_product_and_by_operator(shop):
    one, other = await stocked(shop), await stocked(shop)
    ours = await sold(shop, one)
    theirs = await sold(shop, other, actor=shop.administrator)
    assert await listed(shop, product_id=one) == [ours]
    assert await listed(shop, product_id=other) == [theirs]
    assert await listed(shop, operator_id=shop.operator.user_id) == [ours]
    assert await listed(shop, operator_id=UserId(1)) == []


async def test_days_are_days_of_the_shop_and_both_ends_are_included(shop):
    product = await stocked(shop)
    shop.clock.set(datetime(2024, 1, 15, 2, 59, 59, tzinfo=UTC))
    eve = await sold(shop, product, began_at=shop.clock.now(), ended_at=shop.clock.now())
    shop.clock.set(datetime(2024, 1, 15, 3, 0, tzinfo=UTC))
    day = await sold(shop, product, began_at=shop.clock.now(), ended_at=shop.clock.now())
    assert await listed(shop, since=date(2024, 1, 15), until=date(2024, 1, 15)) == [day]
    assert await listed(shop, until=date(2024, 1, 14)) == [eve]
    assert await listed(shop, until=datetime(2024, 1, 15, 3, 0, tzinfo=UTC)) == [eve]
    assert await listed(shop, since=datetime(2024, 1, 15, 3, 0, tzinfo=UTC)) == [day]
    with pytest.raises(InvalidInput):
        await listed(shop, since=date(2024, 1, 16), until=date(2024, 1, 15))


async def test_pages_go_on_where_the_last_one_ended(shop):
    product = await stocked(shop)
    numbers = [await sold(shop, product) for _ in range(5)]
    found, after = [], None
    while True:
        query = ListSalesQuery(page=PageRequest(limit=2, after=after))
        page = await shop.list_sales(shop.operator, query)
        found += [view.id for view in page.items]
        if page.next is None:
            break
        after = page.next
    assert found == numbers[::-1]


async def test_who_must_change_the_password_sees_no_sales(shop):
    actor = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    with pytest.raises(PasswordChangeRequired):
        await shop.list_sales(actor, ListSalesQuery())
