from datetime import date, timedelta

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound, DuplicateCpf
from cashhaven_domain.clients.events import ClientChanged
from cashhaven_domain.clients.person import Email
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.clients.use_cases.update_client import UpdateClientCommand
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput, StaleAggregate
from tests.support.clients import (
    a_person,
    a_well_known_person,
    an_address,
    shop_is_strict_about_cpfs,
)


async def registered(shop, person=None, **parts):
    command = RegisterClientCommand(person=person or a_well_known_person(), **parts)
    return (await shop.register_client(shop.operator, command)).receipt


async def update(shop, card, **changes):
    return await shop.update_client(
        shop.operator, UpdateClientCommand(client_id=card.id, **changes)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Maria Silva"},
        {"cpf": Cpf("52998224725")},
        {"phone": Phone("+5521987654321")},
        {"email": Email("silva@exemplo.com")},
        {"email": None},
        {"birth_date": date(1991, 6, 21)},
        {"birth_date": None},
        {"address": an_address(number="2")},
        {"address": None},
        {"accepts_marketing": False},
    ],
)
async def test_only_what_is_sent_changes(change):
    shop = open_shop()
    before = await registered(shop, accepts_marketing=True)
    shop.clock.advance(timedelta(hours=1))
    after = await update(shop, before, **change)
    (field, value), *_ = change.items()
    assert getattr(after, field) == value
    unchanged = set(before.__dataclass_fields__) - {field, "version", "updated_at"}
    assert {name: getattr(after, name) for name in unchanged} == {
        name: getattr(before, name) for name in unchanged
    }
    assert (after.version, after.updated_at) == (2, shop.clock.now())
    assert await shop.find_client(shop.operator, before.id) == after


async def test_clearing_the_consent_to_marketing_withdraws_it():
    shop = open_shop()
    card = await registered(shop, accepts_marketing=True)
    assert not (await update(shop, card, accepts_marketing=None)).accepts_marketing


async def test_a_change_is_told_of():
    shop = open_shop()
    card = await registered(shop)
    await update(shop, card, name="Maria Silva")
    assert shop.events[1:] == (
        ClientChanged(
            client_id=card.id, user_id=shop.operator.user_id, occurred_at=shop.clock.now()
        ),
    )


@pytest.mark.parametrize("change", [{}, {"name": "Maria Santos"}])
async def test_a_change_of_nothing_leaves_no_trace(change):
    shop = open_shop()
    card = await registered(shop)
    shop.clock.advance(timedelta(hours=1))
    assert await update(shop, card, **change) == card
    assert len(shop.events) == 1


async def test_a_change_based_on_an_old_version_changes_nothing():
    shop = open_shop()
    card = await registered(shop)
    changed = await update(shop, card, name="Maria Silva", version=1)
    with pytest.raises(StaleAggregate):
        await update(shop, card, name="Maria Souza", version=1)
    assert await shop.find_client(shop.operator, card.id) == changed


async def test_a_change_without_a_version_wins():
    shop = open_shop()
    card = await registered(shop)
    await update(shop, card, name="Maria Silva")
    assert (await update(shop, card, name="Maria Souza")).name == "Maria Souza"


async def test_the_cpf_of_another_client_cannot_be_taken():
    shop = open_shop()
    await registered(shop)
    other = await registered(shop, a_person(cpf=Cpf("52998224725")))
    with pytest.raises(DuplicateCpf):
        await update(shop, other, cpf=Cpf("12345678900"))


async def test_a_client_keeps_its_own_cpf():
    shop = open_shop()
    card = await registered(shop)
    assert (await update(shop, card, cpf=card.cpf, name="Maria Silva")).cpf == card.cpf


async def test_a_client_of_before_the_shop_was_strict_can_be_changed():
    shop = open_shop()
    card = await registered(shop)
    await shop_is_strict_about_cpfs(shop)
    assert (await update(shop, card, name="Maria Silva")).name == "Maria Silva"
    with pytest.raises(InvalidInput, match="dígitos verificadores"):
        await update(shop, card, cpf=Cpf("12345678901"))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "nome"), ({"birth_date": date(2100, 1, 1)}, "nascimento")],
)
async def test_what_cannot_be_is_refused(change, field):
    shop = open_shop()
    card = await registered(shop)
    with pytest.raises(InvalidInput, match=field):
        await update(shop, card, **change)


async def test_nobody_cannot_be_changed():
    shop = open_shop()
    with pytest.raises(ClientNotFound):
        await shop.update_client(
            shop.operator, UpdateClientCommand(client_id=ClientId(1), name="Maria")
        )


async def test_nobody_changes_clients_with_a_one_time_password():
    shop = open_shop()
    newcomer = Actor(user_id=UserId(3), name="Nova", must_change_password=True)
    with pytest.raises(AccessDenied):
        await shop.update_client(newcomer, UpdateClientCommand(client_id=ClientId(1)))
