import asyncio

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput, NotSignedIn
from cashhaven_domain.users.errors import SetupCodeRequired, UsernameTaken, WeakPassword
from cashhaven_domain.users.events import UserRegistered
from cashhaven_domain.users.password import Password
from tests.support.users import GOOD, all_users, enter, hire, registration


async def test_the_first_user_is_registered_by_a_stranger_and_becomes_administrator():
    shop = open_shop()
    user_id = await shop.register_user(None, registration())
    (user,) = await all_users(shop)
    assert (user.id, user.administrator, user.version) == (user_id, True, 1)
    (event,) = shop.events
    assert event.aggregate_id == user_id
    assert event == UserRegistered(
        occurred_at=shop.clock.now(), user_id=user_id, by=UserId(0), administrator=True
    )


async def test_strangers_register_nobody_else():
    shop = open_shop()
    await shop.register_user(None, registration())
    with pytest.raises(NotSignedIn):
        await shop.register_user(None, registration(username="outra"))
    assert len(await all_users(shop)) == 1


async def test_several_first_registrations_at_once_make_exactly_one():
    shop = open_shop()
    outcomes = await asyncio.gather(
        *(shop.register_user(None, registration(username=f"maria{n}")) for n in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NotSignedIn) for outcome in outcomes) == 7
    (user,) = await all_users(shop)
    assert user.administrator


async def test_the_command_line_makes_the_first_user_an_administrator_too():
    shop = open_shop()
    first = await hire(shop, "ana")
    second = await hire(shop, "bia")
    assert first.administrator
    assert not second.administrator


async def test_after_the_command_line_made_a_user_strangers_are_too_late():
    shop = open_shop()
    await hire(shop, "ana")
    with pytest.raises(NotSignedIn):
        await shop.register_user(None, registration())


async def test_an_administrator_registers_operators_and_administrators():
    shop = open_shop()
    await hire(shop, "primeira")
    assert not (await hire(shop, "operadora")).administrator
    assert (await hire(shop, "gerente", administrator=True)).administrator


async def test_an_operator_registers_nobody():
    shop = open_shop()
    with pytest.raises(AccessDenied):
        await shop.register_user(shop.operator, registration())
    assert await all_users(shop) == ()


@pytest.mark.parametrize("code", [None, "", "outro", "código-çerto"])
async def test_the_first_registration_in_production_needs_the_setup_code(code):
    shop = open_shop(setup_code="código-certo")
    with pytest.raises(SetupCodeRequired):
        await shop.register_user(None, registration(setup_code=code))
    assert await all_users(shop) == ()


async def test_the_setup_code_opens_the_shop_once():
    shop = open_shop(setup_code="código-certo")
    await shop.register_user(None, registration(setup_code="código-certo"))
    with pytest.raises(NotSignedIn):
        await shop.register_user(None, registration(username="x", setup_code="código-certo"))


async def test_strangers_who_come_too_late_are_not_asked_for_the_setup_code():
    shop = open_shop(setup_code="código-certo")
    await hire(shop, "ana")
    with pytest.raises(NotSignedIn):
        await shop.register_user(None, registration(setup_code=None))


async def test_the_command_line_needs_no_setup_code():
    shop = open_shop(setup_code="código-certo")
    await shop.register_user(Actor.system(), registration())
    assert len(await all_users(shop)) == 1


@pytest.mark.parametrize("name", ["maria", "MARIA", " Maria "])
async def test_a_user_name_is_taken_whatever_its_case(name):
    shop = open_shop()
    await hire(shop, "Maria")
    with pytest.raises(UsernameTaken):
        await shop.register_user(shop.administrator, registration(username=name))


@pytest.mark.parametrize("field", ["name", "username", "role"])
async def test_names_and_roles_are_not_empty(field):
    shop = open_shop()
    with pytest.raises(InvalidInput):
        await shop.register_user(shop.administrator, registration(**{field: " "}))


@pytest.mark.parametrize("text", ["maria-no-mar", "12345678", "curta", "senha123", "password1"])
async def test_a_password_that_would_be_guessed_is_refused(text):
    shop = open_shop()
    with pytest.raises(WeakPassword):
        await shop.register_user(shop.administrator, registration(password=Password(text)))


async def test_a_one_time_password_must_be_changed():
    shop = open_shop()
    await hire(shop, "primeira")
    await hire(shop, "nova", one_time_password=True)
    welcome = await enter(shop, "nova", GOOD)
    assert welcome.must_change_password
