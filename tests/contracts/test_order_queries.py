from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import (
    FiscalAnswer,
    FiscalDocument,
    FiscalDocumentId,
    FiscalStatus,
)
from cashhaven_domain.orders.queries import FiscalDocumentView, FiscalFilter, OrderFilter, OrderView
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.shared.period import Period
from tests.support.clients import a_client
from tests.support.products import a_product
from tests.support.selling import REGISTERED, SELLER, an_order

SECOND = timedelta(seconds=1)
SELLER_HERSELF = Actor(user_id=SELLER, name="Operadora")


def a_document(number, order_id, at, status=FiscalStatus.APPROVED):
    answer = FiscalAnswer(order_id=OrderId(order_id), uuid=f"uuid-{number}", status=status)
    return FiscalDocument.open(FiscalDocumentId(number), answer, at=at)


@pytest.fixture
async def orders(storage):
    """Four orders, the third and the fourth at one moment; three documents, two of them of one."""
    async with storage.new_uow() as uow:
        await uow.clients.add(a_client(1))
        products = [a_product(1), a_product(2)]
        for product in products:
            await uow.products.add(product)
        placed = [
            an_order(1, *products, at=REGISTERED + SECOND, client_id=ClientId(1)),
            an_order(2, products[1], at=REGISTERED, notes="Sem açúcar"),
            an_order(3, products[0], at=REGISTERED + 2 * SECOND),
            an_order(4, products[0], at=REGISTERED + 2 * SECOND),
        ]
        placed[2].move_to(OrderStatus.PREPARING, actor=SELLER_HERSELF, at=REGISTERED + 3 * SECOND)
        await uow.products.save_many(products)
        await uow.orders.add_many(placed)
        documents = [
            a_document(1, 2, REGISTERED + SECOND),
            a_document(2, 2, REGISTERED + 2 * SECOND, FiscalStatus.REJECTED),
            a_document(3, 1, REGISTERED + 2 * SECOND),
        ]
        for document in documents:
            await uow.fiscal_documents.add(document)
        await uow.commit()
    return {1: (placed[0], documents[2:]), 2: (placed[1], documents[:2]), 3: (placed[2], [])}


async def found(storage, wanted=None, page=None):
    listed = await storage.order_queries.list_orders(wanted or OrderFilter(), page or PageRequest())
    return [view.id for view in listed.items], listed.next


async def documents_found(storage, wanted=None, page=None):
    listed = await storage.order_queries.list_fiscal(
        wanted or FiscalFilter(), page or PageRequest()
    )
    return [view.id for view in listed.items], listed.next


async def test_an_order_is_seen_with_all_its_parts(storage, orders):
    for number, (order, documents) in orders.items():
        view = await storage.order_queries.get(OrderId(number))
        assert view == OrderView.of(order, documents)


async def test_an_unknown_order_is_not_found(storage, orders):
    with pytest.raises(OrderNotFound):
        await storage.order_queries.get(OrderId(9))


async def test_orders_come_newest_first_then_highest_number_as_a_whole(storage, orders):
    page = await storage.order_queries.list_orders(OrderFilter(), PageRequest())
    assert [view.id for view in page.items] == [4, 3, 1, 2]
    assert page.items[3] == OrderView.of(*orders[2])
    assert page.items[1] == OrderView.of(*orders[3])


async def test_orders_are_chosen_by_status_client_and_time(storage, orders):
    assert (await found(storage, OrderFilter(status=OrderStatus.PREPARING)))[0] == [3]
    assert (await found(storage, OrderFilter(client_id=ClientId(1))))[0] == [1]
    period = Period(REGISTERED, REGISTERED + 2 * SECOND)
    assert (await found(storage, OrderFilter(period=period)))[0] == [1, 2]


async def test_pages_are_bounded_and_can_be_gone_on_from(storage, orders):
    numbers, after = await found(storage, page=PageRequest(limit=1))
    while after is not None:
        page, after = await found(storage, page=PageRequest(limit=1, after=after))
        numbers += page
    assert numbers == [4, 3, 1, 2]


async def test_a_place_in_another_list_is_refused(storage, orders):
    with pytest.raises(InvalidInput):
        await found(storage, page=PageRequest(after=Cursor(3)))
    with pytest.raises(InvalidInput):
        await documents_found(storage, page=PageRequest(after=Cursor(3)))


async def test_fiscal_documents_come_newest_first_then_highest_number(storage, orders):
    page = await storage.order_queries.list_fiscal(FiscalFilter(), PageRequest())
    assert [view.id for view in page.items] == [3, 2, 1]
    assert page.items[0] == FiscalDocumentView.of(orders[1][1][0])


async def test_fiscal_documents_are_chosen_by_status_and_time_and_paged(storage, orders):
    wanted = FiscalFilter(status=FiscalStatus.APPROVED)
    assert (await documents_found(storage, wanted))[0] == [3, 1]
    wanted = FiscalFilter(period=Period(None, REGISTERED + 2 * SECOND))
    assert (await documents_found(storage, wanted))[0] == [1]
    numbers, after = await documents_found(storage, page=PageRequest(limit=2))
    assert numbers == [3, 2]
    assert (await documents_found(storage, page=PageRequest(limit=2, after=after))) == ([1], None)
