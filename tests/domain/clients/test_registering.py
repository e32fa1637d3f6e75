from datetime import date, timedelta

import pytest

from cashhaven_adapters.memory.operations import CLAIMED_KEYS
from cashhaven_app.testing import open_shop
from cashhaven_domain.clients.errors import DuplicateCpf
from cashhaven_domain.clients.events import ClientRegistered
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.errors import AccessDenied, DomainError, InvalidInput, KeyReused
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.record import load
from tests.support.clients import a_person, a_well_known_person, shop_is_strict_about_cpfs

KEY = OperationKey("till-1/1")


async def register(shop, person=None, **parts):
    command = RegisterClientCommand(person=person or a_person(), **parts)
    return await shop.register_client(shop.operator, command)


async def test_a_registered_client_can_be_looked_up():
    shop = open_shop()
    answer = await register(shop, a_well_known_person(), accepts_marketing=True)
    card = answer.receipt
    assert not answer.replayed
    assert (card.name, card.version, card.created_at) == ("Maria Santos", 1, shop.clock.now())
    assert await shop.find_client(shop.operator, card.id) == card
    assert await shop.find_client_by_cpf(shop.operator, Cpf("12345678900")) == card


async def test_a_registration_is_told_of():
    shop = open_shop()
    card = (await register(shop)).receipt
    assert shop.events == (
        ClientRegistered(
            client_id=card.id, user_id=shop.operator.user_id, occurred_at=shop.clock.now()
        ),
    )


async def test_each_client_has_a_number_of_its_own():
    shop = open_shop()
    first = (await register(shop)).receipt
    second = (await register(shop, a_person(cpf=Cpf("52998224725")))).receipt
    assert first.id != second.id


async def test_a_cpf_is_registered_once():
    shop = open_shop()
    await register(shop)
    with pytest.raises(DuplicateCpf):
        await register(shop, a_person(name="Outra Pessoa"))


async def test_a_repetition_gets_the_first_answer_and_registers_nobody():
    shop = open_shop()
    first = await register(shop, a_well_known_person(), operation_key=KEY)
    shop.clock.advance(timedelta(hours=1))
    again = await register(shop, a_well_known_person(), operation_key=KEY)
    assert again.replayed
    assert again.receipt == first.receipt
    assert len(shop.events) == 1


async def test_a_repetition_gets_the_first_answer_even_when_the_client_is_gone():
    shop = open_shop()
    first = await register(shop, operation_key=KEY)
    await shop.remove_client(shop.administrator, first.receipt.id)
    again = await register(shop, operation_key=KEY)
    assert (again.replayed, again.receipt) == (True, first.receipt)


async def test_a_refused_registration_stays_refused():
    shop = open_shop()
    first = await register(shop)
    with pytest.raises(DuplicateCpf):
        await register(shop, a_person(name="Outra"), operation_key=KEY)
    await shop.remove_client(shop.administrator, first.receipt.id)
    with pytest.raises(DomainError) as refusal:
        await register(shop, a_person(name="Outra"), operation_key=KEY)
    assert (refusal.value.code, refusal.value.replayed) == ("DUPLICATE_CPF", True)


async def test_a_key_serves_one_content_only():
    shop = open_shop()
    await register(shop, operation_key=KEY)
    with pytest.raises(KeyReused):
        await register(shop, a_person(name="Outra"), operation_key=KEY)


async def test_what_is_kept_for_repetitions_holds_no_personal_data():
    shop = open_shop()
    card = (await register(shop, a_well_known_person(), operation_key=KEY)).receipt
    (kept,) = shop.container.adapters.store().rows(CLAIMED_KEYS).values()
    assert kept.answer is not None
    assert load(kept.answer.text) == {"id": card.id, "at": shop.clock.now().isoformat()}


async def test_an_implausible_registration_does_not_use_up_its_key():
    shop = open_shop()
    with pytest.raises(InvalidInput, match="nascimento"):
        await register(shop, a_person(birth_date=date(2024, 1, 16)), operation_key=KEY)
    shop.clock.advance(timedelta(days=1))
    answer = await register(shop, a_person(birth_date=date(2024, 1, 16)), operation_key=KEY)
    assert not answer.replayed


async def test_check_digits_are_verified_when_the_shop_is_strict():
    shop = open_shop()
    await shop_is_strict_about_cpfs(shop)
    with pytest.raises(InvalidInput, match="dígitos verificadores"):
        await register(shop)
    await register(shop, a_person(cpf=Cpf("52998224725")))


async def test_nobody_registers_with_a_one_time_password():
    shop = open_shop()
    newcomer = Actor(user_id=UserId(3), name="Nova", must_change_password=True)
    with pytest.raises(AccessDenied):
        await shop.register_client(newcomer, RegisterClientCommand(person=a_person()))
