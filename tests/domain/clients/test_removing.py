import asyncio

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.events import ClientAnonymised, ClientRemoved
from cashhaven_domain.clients.queries import ANONYMOUS_NAME
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.clients.use_cases.remove_client import Removal
from cashhaven_domain.clients.use_cases.update_client import UpdateClientCommand
from cashhaven_domain.orders.terms import OrderLine
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.errors import AccessDenied
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Settled
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from tests.support.clients import a_well_known_person
from tests.support.products import adding


async def registered(shop):
    command = RegisterClientCommand(person=a_well_known_person(), accepts_marketing=True)
    return (await shop.register_client(shop.operator, command)).receipt


async def sell(shop, product_id, client_id):
    (outcome,) = await shop.register_sales(
        [
            (
                shop.operator,
                RegisterSaleCommand(
                    product_id=product_id,
                    unit_price=Money.of(12),
                    began_at=shop.clock.now(),
                    ended_at=shop.clock.now(),
                    client_id=client_id,
                ),
            )
        ]
    )
    return outcome


async def take_order(shop, product_id, client_id):
    line = OrderLine(product_id=product_id, quantity=Quantity.of(1), unit_price=Money.of(12))
    command = PlaceOrderCommand(items=(line,), total=Money.of(12), client_id=client_id)
    (outcome,) = await shop.place_orders([(shop.operator, command)])
    return outcome


async def a_product_of(shop):
    return (await shop.add_product(shop.administrator, adding())).receipt.id


@pytest.fixture
def shop():
    return open_shop()


async def test_a_client_without_history_is_gone(shop):
    card = await registered(shop)
    removal = await shop.remove_client(shop.administrator, card.id)
    assert removal is Removal.REMOVED
    with pytest.raises(ClientNotFound):
        await shop.find_client(shop.operator, card.id)
    assert shop.events[-1] == ClientRemoved(
        client_id=card.id, user_id=shop.administrator.user_id, occurred_at=shop.clock.now()
    )


@pytest.mark.parametrize("buy", [sell, take_order])
async def test_a_client_with_history_becomes_anonymous_and_the_history_stays(shop, buy):
    card = await registered(shop)
    assert isinstance(await buy(shop, await a_product_of(shop), card.id), Settled)
    removal = await shop.remove_client(shop.administrator, card.id)
    assert removal is Removal.MADE_ANONYMOUS
    left = await shop.find_client(shop.operator, card.id)
    assert left.name == ANONYMOUS_NAME
    assert (left.cpf, left.phone, left.email, left.birth_date, left.address) == (None,) * 5
    assert not left.accepts_marketing
    assert (await shop.list_clients(shop.operator, PageRequest())).items == ()
    history = await shop.get_client_history(shop.operator, card.id)
    assert history.total == Money.of(12)
    assert shop.events[-1] == ClientAnonymised(
        client_id=card.id, user_id=shop.administrator.user_id, occurred_at=shop.clock.now()
    )


async def test_the_cpf_of_an_anonymous_client_may_be_registered_anew(shop):
    card = await registered(shop)
    await sell(shop, await a_product_of(shop), card.id)
    await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.find_client_by_cpf(shop.operator, Cpf("12345678900"))
    assert (await registered(shop)).id != card.id


async def test_an_anonymous_client_is_not_there_to_be_changed_or_removed(shop):
    card = await registered(shop)
    await sell(shop, await a_product_of(shop), card.id)
    await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.update_client(
            shop.operator, UpdateClientCommand(client_id=card.id, name="Maria")
        )


async def test_an_anonymous_client_buys_nothing_more(shop):
    card = await registered(shop)
    product_id = await a_product_of(shop)
    await sell(shop, product_id, card.id)
    await shop.remove_client(shop.administrator, card.id)
    assert isinstance(await sell(shop, product_id, card.id), ClientNotFound)
    assert isinstance(await take_order(shop, product_id, card.id), ClientNotFound)


async def test_a_sale_that_comes_at_the_same_time_finds_the_client_or_none(shop):
    product_id = await a_product_of(shop)
    for _ in range(10):
        card = await registered(shop)
        removal, outcome = await asyncio.gather(
            shop.remove_client(shop.administrator, card.id), sell(shop, product_id, card.id)
        )
        sold = isinstance(outcome, Settled)
        assert removal is (Removal.MADE_ANONYMOUS if sold else Removal.REMOVED)
        assert sold or isinstance(outcome, ClientNotFound)


async def test_nobody_cannot_be_removed(shop):
    with pytest.raises(ClientNotFound):
        await shop.remove_client(shop.administrator, ClientId(1))


async def test_only_administrators_remove_clients(shop):
    card = await registered(shop)
    with pytest.raises(AccessDenied):
        await shop.remove_client(shop.operator, card.id)
    assert await shop.find_client(shop.operator, card.id) == card
