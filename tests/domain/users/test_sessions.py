import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.errors import AccessDenied, Unavailable
from cashhaven_domain.users.errors import InvalidToken, UserNotFound, WrongCredentials
from cashhaven_domain.users.events import SessionsEnded, TokenEnded
from cashhaven_domain.users.ports import PasswordHasher
from cashhaven_domain.users.session import CLOCK_TOLERANCE, SESSION_LENGTH, TokenId
from cashhaven_domain.users.use_cases.sign_in import SignIn
from cashhaven_domain.users.use_cases.sign_out import SignOutCommand
from tests.support.users import GOOD, enter, hire, session_of


async def shop_with_two():
    shop = open_shop()
    await hire(shop, "dona")
    await hire(shop, "Operadora")
    return shop


async def sign_out(shop, session, *, everywhere=False):
    command = SignOutCommand(
        token_id=session.token_id, expires_at=session.expires_at, everywhere=everywhere
    )
    await shop.sign_out(session.actor, command)


async def test_whoever_knows_name_and_password_comes_in():
    shop = await shop_with_two()
    welcome = await enter(shop, " OPERADORA ")
    assert (welcome.name, welcome.role) == ("Funcionário Operadora", "Caixa")
    assert not welcome.administrator
    assert not welcome.must_change_password
    assert welcome.expires_at == shop.clock.now() + SESSION_LENGTH
    session = await session_of(shop, welcome)
    assert session.actor == Actor(user_id=welcome.user_id, name=welcome.name)
    assert session.expires_at == welcome.expires_at


async def test_a_password_may_come_decomposed_from_another_keyboard():
    shop = await shop_with_two()
    await hire(shop, "joão")
    await enter(shop, "joa\u0303o")


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("operadora", "outra senha"),
        ("operadora", GOOD.upper()),
        ("operadora", GOOD + " "),
        ("ninguem", GOOD),
        ("", GOOD),
        ("x" * 500, GOOD),
        ("a\u200bb", GOOD),
    ],
)
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(username, password):
    shop = await shop_with_two()
    with pytest.raises(WrongCredentials) as refused:
        await enter(shop, username, password)
    assert refused.value.sentences == ("Usuário ou senha incorretos",)


async def test_for_a_name_that_is_nobodys_a_password_is_checked_all_the_same():
    class Counting(PasswordHasher):
        def __init__(self):
            self.checked = []

        async def hash(self, password):
            raise AssertionError

        async def verify(self, password, hashed):
            self.checked.append(hashed)
            return False

        def is_outdated(self, hashed):
            raise AssertionError

    shop = await shop_with_two()
    counting = Counting()
    sign_in = replace(inner(shop.sign_in), passwords=counting)
    shop.sign_in = sign_in
    for username in ("ninguem", "", "operadora"):
        with pytest.raises(WrongCredentials):
            await enter(shop, username)
    assert [hashed is None for hashed in counting.checked] == [True, True, False]


def inner(use_case) -> SignIn:
    found: SignIn = use_case.use_case
    return found


class Rehashing(PasswordHasher):
    """Takes every hash for outdated; its new ones say so."""

    def __init__(self, hasher, *, fails=False):
        self.hasher, self.fails = hasher, fails

    async def hash(self, password):
        if self.fails:
            raise Unavailable()
        return await self.hasher.hash(password)

    async def verify(self, password, hashed):
        return await self.hasher.verify(password, hashed)

    def is_outdated(self, hashed):
        return True


async def test_an_outdated_hash_is_replaced_at_sign_in_without_ending_anything():
    shop = await shop_with_two()
    accounts = shop.container.adapters.user_queries()
    before = await accounts.find_account_by_username("operadora")
    first = await enter(shop, "operadora")
    hasher = Rehashing(shop.container.adapters.passwords())
    shop.sign_in = replace(inner(shop.sign_in), passwords=hasher)
    await enter(shop, "operadora")
    after = await accounts.find_account_by_username("operadora")
    assert after.password_hash != before.password_hash
    assert replace(after, password_hash="") == replace(before, password_hash="")
    await session_of(shop, first)
    await enter(shop, "operadora")


async def test_a_hash_that_cannot_be_replaced_now_keeps_nobody_out():
    shop = await shop_with_two()
    hasher = Rehashing(shop.container.adapters.passwords(), fails=True)
    shop.sign_in = replace(inner(shop.sign_in), passwords=hasher)
    await enter(shop, "operadora")


async def test_a_token_of_nobody_is_refused():
    shop = await shop_with_two()
    with pytest.raises(InvalidToken):
        await shop.authenticate("garbage")


async def test_a_token_runs_out_after_twelve_hours_and_what_clocks_may_differ():
    shop = await shop_with_two()
    welcome = await enter(shop, "operadora")
    shop.clock.advance(SESSION_LENGTH + CLOCK_TOLERANCE - timedelta(microseconds=1))
    await session_of(shop, welcome)
    shop.clock.advance(timedelta(microseconds=1))
    with pytest.raises(InvalidToken):
        await session_of(shop, welcome)


async def test_signing_out_ends_this_token_and_no_other():
    shop = await shop_with_two()
    one, other = await enter(shop, "operadora"), await enter(shop, "operadora")
    await sign_out(shop, await session_of(shop, one))
    with pytest.raises(InvalidToken):
        await session_of(shop, one)
    await session_of(shop, other)


async def test_the_end_of_a_token_is_told_to_other_servers():
    shop = await shop_with_two()
    session = await session_of(shop, await enter(shop, "operadora"))
    await sign_out(shop, session)
    user_id = session.actor.user_id
    assert shop.events[-1] == TokenEnded(
        occurred_at=shop.clock.now(), user_id=user_id, by=user_id, token_id=session.token_id
    )


async def test_signing_out_twice_is_signing_out():
    shop = await shop_with_two()
    session = await session_of(shop, await enter(shop, "operadora"))
    await asyncio.gather(sign_out(shop, session), sign_out(shop, session))
    with pytest.raises(InvalidToken):
        await shop.authenticate(session.token_id)


async def test_signing_out_everywhere_ends_all_tokens_of_this_user_only():
    shop = await shop_with_two()
    one, other = await enter(shop, "operadora"), await enter(shop, "operadora")
    boss = await enter(shop, "dona")
    await sign_out(shop, await session_of(shop, one), everywhere=True)
    for welcome in (one, other):
        with pytest.raises(InvalidToken):
            await session_of(shop, welcome)
    await session_of(shop, boss)
    await session_of(shop, await enter(shop, "operadora"))
    assert shop.events[-1] == SessionsEnded(
        occurred_at=shop.clock.now(), user_id=one.user_id, by=one.user_id
    )


async def test_tokens_that_ran_out_are_not_kept_for_ever():
    shop = await shop_with_two()
    for _ in range(3):
        await sign_out(shop, await session_of(shop, await enter(shop, "operadora")))
        shop.clock.advance(timedelta(days=1))
    session = await session_of(shop, await enter(shop, "operadora"))
    await sign_out(shop, session)
    standing = await shop.container.adapters.user_queries().find_standing(session.actor.user_id)
    assert standing.ended == {session.token_id}


async def test_an_administrator_ends_the_sessions_of_anybody():
    shop = await shop_with_two()
    welcome = await enter(shop, "operadora")
    await session_of(shop, welcome)
    await shop.end_sessions(shop.administrator, welcome.user_id)
    with pytest.raises(InvalidToken):
        await session_of(shop, welcome)


async def test_an_operator_ends_nobody_elses_sessions():
    shop = await shop_with_two()
    with pytest.raises(AccessDenied):
        await shop.end_sessions(shop.operator, UserId(1))


async def test_sessions_of_nobody_cannot_be_ended():
    shop = await shop_with_two()
    with pytest.raises(UserNotFound):
        await shop.end_sessions(shop.administrator, UserId(77))


async def test_who_was_removed_can_still_not_sign_out_everywhere():
    shop = await shop_with_two()
    command = SignOutCommand(token_id=TokenId("x"), expires_at=shop.clock.now(), everywhere=True)
    with pytest.raises(UserNotFound):
        await shop.sign_out(shop.operator, command)


async def test_the_own_account_is_shown_also_to_who_must_change_the_password():
    shop = await shop_with_two()
    await hire(shop, "nova", one_time_password=True)
    session = await session_of(shop, await enter(shop, "nova"))
    assert session.actor.must_change_password
    view = await shop.get_own_account(session.actor)
    assert (view.id, view.username, view.role) == (session.actor.user_id, "nova", "Caixa")
    await sign_out(shop, session)
