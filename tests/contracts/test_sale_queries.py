from datetime import timedelta

import pytest

from cashhaven_domain.sales.queries import SaleFilter, SaleView
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.stock.product import ProductId
from tests.support.products import a_product
from tests.support.selling import REGISTERED, a_sale

SECOND = timedelta(seconds=1)


@pytest.fixture
async def sales(storage):
    """Four sales: the third and the fourth at one moment, the fourth of another product."""
    async with storage.new_uow() as uow:
        products = [a_product(1), a_product(2)]
        for product in products:
            await uow.products.add(product)
        made = [
            a_sale(1, products[0], at=REGISTERED + SECOND, by=UserId(9)),
            a_sale(2, products[0], at=REGISTERED),
            a_sale(3, products[0], at=REGISTERED + 2 * SECOND),
            a_sale(4, products[1], at=REGISTERED + 2 * SECOND),
        ]
        await uow.products.save_many(products)
        await uow.sales.add_many(made)
        await uow.commit()
    return made


async def found(storage, wanted=None, page=None):
    listed = await storage.sale_queries.list_sales(wanted or SaleFilter(), page or PageRequest())
    return [view.id for view in listed.items], listed.next


async def test_sales_come_newest_first_then_highest_number(storage, sales):
    page = await storage.sale_queries.list_sales(SaleFilter(), PageRequest())
    assert [view.id for view in page.items] == [4, 3, 1, 2]
    assert page.items[-1] == SaleView.of(sales[1])
    assert page.next is None


async def test_sales_are_chosen_by_product_operator_and_time(storage, sales):
    assert (await found(storage, SaleFilter(product_id=ProductId(2))))[0] == [4]
    assert (await found(storage, SaleFilter(operator_id=UserId(9))))[0] == [1]
    period = Period(REGISTERED, REGISTERED + 2 * SECOND)
    assert (await found(storage, SaleFilter(period=period)))[0] == [1, 2]
    nothing = SaleFilter(product_id=ProductId(2), operator_id=UserId(9))
    assert (await found(storage, nothing))[0] == []


async def test_pages_are_bounded_and_can_be_gone_on_from(storage, sales):
    numbers, after = await found(storage, page=PageRequest(limit=1))
    while after is not None:
        page, after = await found(storage, page=PageRequest(limit=1, after=after))
        numbers += page
    assert numbers == [4, 3, 1, 2]


async def test_a_place_in_another_list_is_refused(storage, sales):
    with pytest.raises(InvalidInput):
        await found(storage, page=PageRequest(after=Cursor(3)))
