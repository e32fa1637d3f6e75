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
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.errors import AccessDenied
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import PageRequest
from tests.support.clients import a_well_known_person
from tests.support.selling import line, order, sell, stocked


async def registered(shop):
    command = RegisterClientCommand(person=a_well_known_person(), accepts_marketing=True)
    return (await shop.register_client(shop.operator, command)).receipt


async def buy_over_the_counter(shop, product_id, client_id):
    return await sell(shop, product_id, client_id=client_id)


async def buy_by_order(shop, product_id, client_id):
    return await order(shop, line(product_id), client_id=client_id)


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


@pytest.mark.parametrize("buy", [buy_over_the_counter, buy_by_order])
async def test_a_client_with_history_becomes_anonymous_and_the_history_stays(shop, buy):
    card = await registered(shop)
    await buy(shop, await stocked(shop), card.id)
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
    await sell(shop, await stocked(shop), client_id=card.id)
    await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.find_client_by_cpf(shop.operator, Cpf("12345678900"))
    assert (await registered(shop)).id != card.id


async def test_an_anonymous_client_is_not_there_to_be_changed_or_removed(shop):
    card = await registered(shop)
    await sell(shop, await stocked(shop), client_id=card.id)
    await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await shop.update_client(
            shop.operator, UpdateClientCommand(client_id=card.id, name="Maria")
        )


async def test_an_anonymous_client_buys_nothing_more(shop):
    card = await registered(shop)
    product_id = await stocked(shop)
    await sell(shop, product_id, client_id=card.id)
    await shop.remove_client(shop.administrator, card.id)
    with pytest.raises(ClientNotFound):
        await sell(shop, product_id, client_id=card.id)
    with pytest.raises(ClientNotFound):
        await order(shop, line(product_id), client_id=card.id)


async def after(turns, call):
    for _ in range(turns):
        await asyncio.sleep(0)
    return await call


async def test_a_sale_that_comes_at_the_same_time_finds_the_client_or_none(shop):
    product_id = await stocked(shop)
    seen = set()
    for head_start in range(-10, 10):
        card = await registered(shop)
        removing = asyncio.create_task(
            after(-head_start, shop.remove_client(shop.administrator, card.id))
        )
        try:
            await after(head_start, sell(shop, product_id, client_id=card.id))
            sold = True
        except ClientNotFound:
            sold = False
        assert await removing is (Removal.MADE_ANONYMOUS if sold else Removal.REMOVED)
        seen.add(sold)
    assert seen == {True, False}


async def test_nobody_cannot_be_removed(shop):
    with pytest.raises(ClientNotFound):
        await shop.remove_client(shop.administrator, ClientId(1))


async def test_only_administrators_remove_clients(shop):
    card = await registered(shop)
    with pytest.raises(AccessDenied):
        await shop.remove_client(shop.operator, card.id)
    assert await shop.find_client(shop.operator, card.id) == card
