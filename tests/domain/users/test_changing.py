import asyncio
from dataclasses import replace

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput, StaleAggregate
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.users.errors import (
    InvalidToken,
    LastAdministrator,
    OwnAccountRemoval,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from cashhaven_domain.users.events import UserChanged, UserRemoved
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import PasswordHasher
from cashhaven_domain.users.use_cases.set_password import SetPasswordCommand
from cashhaven_domain.users.use_cases.update_user import UpdateUserCommand
from tests.support.users import BETTER, GOOD, OPENED, a_user, all_users, enter, hire, session_of


async def staffed_shop():
    """Return a shop, its administrator and an operator, both with accounts."""
    shop = open_shop()
    boss = await hire(shop, "dona")
    operator = await hire(shop, "operadora")
    return shop, boss, operator


async def update(shop, actor, user_id, **changes):
    await shop.update_user(actor, UpdateUserCommand(user_id=user_id, **changes))


async def one_of(shop, actor):
    (user,) = [user for user in await all_users(shop) if user.id == actor.user_id]
    return user


def own_password(new=BETTER, present=GOOD):
    return {"password": Password(new), "present_password": Password(present)}


class Leisurely(PasswordHasher):
    """Lets others go first whenever it is asked."""

    def __init__(self, hasher):
        self.hasher = hasher

    async def hash(self, password):
        await asyncio.sleep(0)
        return await self.hasher.hash(password)

    async def verify(self, password, hashed):
        await asyncio.sleep(0)
        return await self.hasher.verify(password, hashed)

    def is_outdated(self, hashed):
        return False


async def test_everybody_changes_the_own_name():
    shop, _, operator = await staffed_shop()
    await update(shop, operator, operator.user_id, name=" Ana  Maria ")
    user = await one_of(shop, operator)
    assert (user.name, user.username, user.role, user.version) == (
        "Ana  Maria", "operadora", "Caixa", 2,
    )  # fmt: skip
    assert shop.events[-1] == UserChanged(
        occurred_at=shop.clock.now(),
        user_id=operator.user_id,
        by=operator.user_id,
        fields=("nome",),
        administrator=False,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "Gerente"},
        {"administrator": True},
        {"administrator": False},
        {"username": "outra"},
        {"name": "Ana", "role": "Gerente"},
        {**own_password(), "one_time_password": True},
    ],
)
async def test_an_operator_changes_nothing_else_of_the_own_account(changes):
    shop, _, operator = await staffed_shop()
    with pytest.raises(AccessDenied):
        await update(shop, operator, operator.user_id, **changes)
    assert (await one_of(shop, operator)).version == 1


@pytest.mark.parametrize("changes", [{"name": "X"}, own_password(), {}])
@pytest.mark.parametrize("user_id", [1, 77])
async def test_an_operator_changes_nobody_else(changes, user_id):
    shop, _, operator = await staffed_shop()
    with pytest.raises(AccessDenied):
        await update(shop, operator, UserId(user_id), **changes)


async def test_an_administrator_changes_everything_of_anybody():
    shop, boss, operator = await staffed_shop()
    await update(
        shop, boss, operator.user_id, name="Bia", username="bia", role="Gerente", administrator=True
    )
    user = await one_of(shop, operator)
    assert (user.name, user.username, user.role, user.administrator) == (
        "Bia", "bia", "Gerente", True,
    )  # fmt: skip
    changed = shop.events[-1]
    assert isinstance(changed, UserChanged)
    assert changed.fields == ("nome", "usuario", "cargo", "adm")


async def test_what_is_the_same_afterwards_is_no_event():
    shop, boss, operator = await staffed_shop()
    before = len(shop.events)
    await update(shop, boss, operator.user_id, name=operator.name, administrator=False)
    assert len(shop.events) == before


async def test_rights_count_from_the_next_request_without_a_new_token():
    shop, boss, operator = await staffed_shop()
    welcome = await enter(shop, "operadora")
    assert not (await session_of(shop, welcome)).actor.administrator
    await update(shop, boss, operator.user_id, administrator=True)
    assert (await session_of(shop, welcome)).actor.administrator
    await update(shop, boss, operator.user_id, administrator=False)
    assert not (await session_of(shop, welcome)).actor.administrator


async def test_the_own_password_takes_the_present_one_and_ends_all_sessions():
    shop, _, operator = await staffed_shop()
    one, other = await enter(shop, "operadora"), await enter(shop, "operadora")
    await update(shop, operator, operator.user_id, **own_password())
    for welcome in (one, other):
        with pytest.raises(InvalidToken):
            await session_of(shop, welcome)
    with pytest.raises(WrongCredentials):
        await enter(shop, "operadora", GOOD)
    await enter(shop, "operadora", BETTER)


@pytest.mark.parametrize("who", ["operator", "boss"])
async def test_the_own_password_stays_without_the_present_one(who):
    shop, boss, operator = await staffed_shop()
    actor = {"boss": boss, "operator": operator}[who]
    with pytest.raises(InvalidInput, match=r"^senha_atual: "):
        await update(shop, actor, actor.user_id, password=Password(BETTER))
    with pytest.raises(WrongPassword):
        await update(shop, actor, actor.user_id, **own_password(present="errada"))
    await enter(shop, "dona" if who == "boss" else "operadora", GOOD)


async def test_the_new_own_password_is_another_one():
    shop, _, operator = await staffed_shop()
    with pytest.raises(WeakPassword, match="diferente"):
        await update(shop, operator, operator.user_id, **own_password(new=GOOD))


@pytest.mark.parametrize("text", ["curta", "senha123", "funcionário-x7", "xx-operadora-7"])
async def test_the_new_password_is_judged(text):
    shop, boss, operator = await staffed_shop()
    with pytest.raises(WeakPassword):
        await update(shop, operator, operator.user_id, **own_password(new=text))
    with pytest.raises(WeakPassword):
        await update(shop, boss, operator.user_id, password=Password(text))


async def test_the_new_password_is_judged_by_the_names_that_come_with_it():
    shop, boss, operator = await staffed_shop()
    with pytest.raises(WeakPassword):
        await update(
            shop, boss, operator.user_id, username="joaquina", password=Password("xk-joaquina-8")
        )


async def test_an_administrator_sets_the_password_of_others_without_the_present_one():
    shop, boss, operator = await staffed_shop()
    welcome = await enter(shop, "operadora")
    await update(shop, boss, operator.user_id, password=Password(BETTER))
    with pytest.raises(InvalidToken):
        await session_of(shop, welcome)
    assert not (await enter(shop, "operadora", BETTER)).must_change_password


async def test_a_one_time_password_allows_nothing_but_another_password():
    shop, boss, operator = await staffed_shop()
    await update(shop, boss, operator.user_id, password=Password(BETTER), one_time_password=True)
    welcome = await enter(shop, "operadora", BETTER)
    assert welcome.must_change_password
    actor = (await session_of(shop, welcome)).actor
    with pytest.raises(PasswordChangeRequired):
        await shop.list_parameters(actor)
    with pytest.raises(PasswordChangeRequired):
        await update(shop, actor, actor.user_id, name="Ana")
    await update(shop, actor, actor.user_id, **own_password(new=GOOD, present=BETTER))
    welcome = await enter(shop, "operadora", GOOD)
    assert not welcome.must_change_password
    await shop.list_parameters((await session_of(shop, welcome)).actor)


async def test_an_administrator_with_a_one_time_password_administrates_nothing():
    shop, boss, _ = await staffed_shop()
    second = await hire(shop, "socia", administrator=True, one_time_password=True)
    actor = (await session_of(shop, await enter(shop, "socia"))).actor
    with pytest.raises(PasswordChangeRequired):
        await update(shop, actor, boss.user_id, name="Outra")
    with pytest.raises(PasswordChangeRequired):
        await shop.remove_user(actor, boss.user_id)
    assert second.user_id == actor.user_id


async def test_one_time_goes_with_a_new_password_for_somebody_else():
    shop, boss, operator = await staffed_shop()
    with pytest.raises(InvalidInput, match=r"^provisoria: "):
        await update(shop, boss, operator.user_id, one_time_password=True)
    with pytest.raises(InvalidInput, match=r"^provisoria: "):
        await update(shop, boss, boss.user_id, **own_password(), one_time_password=True)


@pytest.mark.parametrize("changes", [{"name": "Ana"}, {"password": Password(BETTER)}])
async def test_a_change_based_on_an_old_version_changes_nothing(changes):
    shop, boss, operator = await staffed_shop()
    await update(shop, boss, operator.user_id, role="Gerente", version=1)
    with pytest.raises(StaleAggregate):
        await update(shop, boss, operator.user_id, **changes, version=1)
    assert (await one_of(shop, operator)).version == 2
    await enter(shop, "operadora", GOOD)


async def test_of_two_who_change_the_own_password_at_once_one_is_told():
    shop, _, operator = await staffed_shop()
    use_case = shop.container.use_cases.update_user().use_case
    passwords = Leisurely(shop.container.adapters.passwords())
    shop.update_user = replace(use_case, passwords=passwords)
    outcomes = await asyncio.gather(
        update(shop, operator, operator.user_id, **own_password(new="pato verde 58")),
        update(shop, operator, operator.user_id, **own_password(new="gato preto 69")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), StaleAggregate]
    await enter(shop, "operadora", "pato verde 58")


async def test_names_of_two_users_do_not_meet():
    shop, boss, operator = await staffed_shop()
    with pytest.raises(UsernameTaken):
        await update(shop, boss, operator.user_id, username="DONA")
    await update(shop, boss, operator.user_id, username="Operadora")
    assert (await one_of(shop, operator)).username == "Operadora"


@pytest.mark.parametrize("changes", [{"name": "X"}, {"password": Password(BETTER)}])
async def test_nobody_cannot_be_changed(changes):
    shop, boss, _ = await staffed_shop()
    with pytest.raises(UserNotFound):
        await update(shop, boss, UserId(77), **changes)


@pytest.mark.parametrize("changes", [{"name": " "}, {"username": ""}, {"role": "x" * 61}])
async def test_what_no_account_may_have_is_refused(changes):
    shop, boss, operator = await staffed_shop()
    with pytest.raises(InvalidInput):
        await update(shop, boss, operator.user_id, **changes)


async def test_a_removed_account_is_gone_and_its_name_free():
    shop, boss, operator = await staffed_shop()
    welcome = await enter(shop, "operadora")
    await session_of(shop, welcome)
    await shop.remove_user(boss, operator.user_id)
    with pytest.raises(InvalidToken):
        await session_of(shop, welcome)
    with pytest.raises(WrongCredentials):
        await enter(shop, "operadora")
    with pytest.raises(UserNotFound):
        await shop.get_own_account(operator)
    with pytest.raises(UserNotFound):
        await shop.remove_user(boss, operator.user_id)
    assert [user.id for user in await all_users(shop)] == [boss.user_id]
    assert shop.events[-1] == UserRemoved(
        occurred_at=shop.clock.now(), user_id=operator.user_id, by=boss.user_id
    )
    again = await hire(shop, "OPERADORA")
    assert again.user_id != operator.user_id


def test_the_tokens_of_a_removed_user_are_of_an_old_version_for_ever():
    user = a_user()
    user.remove(other_administrators=1, by=UserId(7), at=OPENED)
    assert (user.session_version, user.removed_at) == (2, OPENED)


async def test_nobody_removes_the_own_account():
    shop, boss, _ = await staffed_shop()
    await hire(shop, "socia", administrator=True)
    with pytest.raises(OwnAccountRemoval):
        await shop.remove_user(boss, boss.user_id)


async def test_an_operator_removes_nobody():
    shop, boss, operator = await staffed_shop()
    with pytest.raises(AccessDenied):
        await shop.remove_user(operator, boss.user_id)


async def test_the_last_administrator_stays():
    shop, boss, _ = await staffed_shop()
    with pytest.raises(LastAdministrator):
        await shop.remove_user(Actor.system(), boss.user_id)
    with pytest.raises(LastAdministrator):
        await update(shop, boss, boss.user_id, administrator=False)
    assert (await one_of(shop, boss)).administrator


async def test_of_two_administrators_who_remove_each_other_one_stays():
    shop, boss, _ = await staffed_shop()
    other = await hire(shop, "socia", administrator=True)
    outcomes = await asyncio.gather(
        shop.remove_user(boss, other.user_id),
        shop.remove_user(other, boss.user_id),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "LastAdministrator",
        "NoneType",
    ]


async def test_of_two_administrators_who_step_down_at_once_one_stays():
    shop, boss, _ = await staffed_shop()
    other = await hire(shop, "socia", administrator=True)
    outcomes = await asyncio.gather(
        update(shop, boss, boss.user_id, administrator=False),
        update(shop, other, other.user_id, administrator=False),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1


async def test_the_command_line_sets_a_forgotten_password():
    shop, boss, _ = await staffed_shop()
    welcome = await enter(shop, "dona")
    command = SetPasswordCommand(username="DONA", password=Password(BETTER), one_time_password=True)
    await shop.set_password(Actor.system(), command)
    with pytest.raises(InvalidToken):
        await session_of(shop, welcome)
    assert (await enter(shop, "dona", BETTER)).must_change_password
    assert (await one_of(shop, boss)).administrator


async def test_a_password_is_set_for_users_only_by_administrators_only_if_it_is_good():
    shop, _, operator = await staffed_shop()
    good = SetPasswordCommand(username="ninguem", password=Password(BETTER))
    with pytest.raises(UserNotFound):
        await shop.set_password(Actor.system(), good)
    with pytest.raises(AccessDenied):
        await shop.set_password(operator, good)
    with pytest.raises(WeakPassword):
        await shop.set_password(
            Actor.system(), SetPasswordCommand(username="dona", password=Password("12345678"))
        )


async def test_the_list_of_users_comes_in_pages_to_administrators():
    shop, boss, operator = await staffed_shop()
    first = await shop.list_users(boss, PageRequest(limit=1))
    assert [user.username for user in first.items] == ["dona"]
    rest = await shop.list_users(boss, PageRequest(limit=1, after=first.next))
    assert [user.username for user in rest.items] == ["operadora"]
    assert rest.next is None
    with pytest.raises(AccessDenied):
        await shop.list_users(operator, PageRequest())
