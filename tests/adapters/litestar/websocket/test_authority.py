"""Who may stay: tokens end, sessions are ended, rights are taken away."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.session import SESSION_LENGTH
from cashhaven_domain.users.use_cases.set_password import SetPasswordCommand
from cashhaven_domain.users.use_cases.sign_out import SignOutCommand
from cashhaven_domain.users.use_cases.update_user import UpdateUserCommand
from tests.support.served_shop import ServedShop, served_shop
from tests.support.users import BETTER, enter, hire, session_of

MARIA = UserId(2)
"""The first who is hired after the owner."""
IN_FORCE_WITHIN_S = 5.0


async def _sign_out(served: ServedShop) -> None:
    session = await served.shop.authenticate(served.last_token)
    await served.shop.sign_out(
        session.actor, SignOutCommand(token_id=session.token_id, expires_at=session.expires_at)
    )


async def _end_all(served: ServedShop) -> None:
    await served.shop.end_sessions(served.shop.administrator, MARIA)


async def _new_password(served: ServedShop) -> None:
    command = SetPasswordCommand(username="maria", password=Password(BETTER))
    await served.shop.set_password(served.shop.administrator, command)


async def _remove(served: ServedShop) -> None:
    await served.shop.remove_user(served.shop.administrator, MARIA)


@pytest.mark.parametrize("end", [_sign_out, _end_all, _new_password, _remove])
@pytest.mark.parametrize("told", [True, False])
async def test_whoever_is_signed_out_is_sent_away(
    end: Callable[[ServedShop], Awaitable[None]], told: bool
):
    async with served_shop(recheck=4.0 if told else 0.5) as served:
        peer, other = await served.peer("maria"), await served.peer("joana")
        if not told:
            # What the stream tells never comes: the turn of every user comes all the same.
            served.shop.container.adapters.follower().listeners.clear()
        served.last_token = (await enter(served.shop, "maria")).token.text
        if end is _sign_out:
            peer = await served.enter(served.last_token)

        await end(served)

        assert await peer.closed(IN_FORCE_WITHIN_S) == 4401
        await other.goes_on()


async def test_the_end_of_one_session_is_not_that_of_another(served):
    first, second = await served.peer("maria"), (await enter(served.shop, "maria")).token.text
    served.last_token = second
    later = await served.enter(second)

    await _sign_out(served)

    assert await later.closed(IN_FORCE_WITHIN_S) == 4401
    await first.goes_on()


async def test_whoever_is_no_administrator_any_more_hears_of_the_system_no_more(served):
    peer = await served.peer("maria", administrator=True)
    await peer.subscribe("system", "stock")

    await served.shop.update_user(
        served.shop.administrator, UpdateUserCommand(user_id=MARIA, administrator=False)
    )

    assert (await peer.hear("error"))["code"] == "ACCESS_DENIED"
    assert (await peer.hear("subscribed"))["topics"] == ["stock"]
    await peer.say(type="subscribe", topics=["system"])
    assert (await peer.hear("error"))["code"] == "ACCESS_DENIED"


async def test_a_new_administrator_may_do_what_they_do(served):
    peer = await served.peer("maria")
    await served.shop.update_user(
        served.shop.administrator, UpdateUserCommand(user_id=MARIA, administrator=True)
    )
    await served.settle()

    async with asyncio.timeout(IN_FORCE_WITHIN_S):
        while not (await peer.subscribe("system"))["topics"]:
            await peer.hears_nothing(0.1)


async def test_a_one_time_password_sends_away_until_it_is_replaced(served):
    peer = await served.peer("maria")
    command = SetPasswordCommand(
        username="maria", password=Password(BETTER), one_time_password=True
    )

    await served.shop.set_password(served.shop.administrator, command)

    assert await peer.closed(IN_FORCE_WITHIN_S) in {4401, 4403}


async def test_a_token_is_said_to_end_and_then_ends():
    async with served_shop(recheck=0.2) as served:
        peer = await served.peer("maria")
        ends = (await served.shop.authenticate(served.last_token)).expires_at
        served.shop.clock.set(ends - timedelta(seconds=59))

        told = await peer.hear("token_expiring")
        await peer.hears_nothing(0.5)
        served.shop.clock.set(ends + timedelta(seconds=15))

        assert told["exp"] == ends.isoformat().replace("+00:00", "Z")
        assert await peer.closed() == 4401


async def test_another_token_of_the_same_user_goes_on():
    async with served_shop(recheck=0.2) as served:
        peer = await served.peer("maria")
        await peer.subscribe("stock")
        served.shop.clock.advance(SESSION_LENGTH - timedelta(seconds=30))
        await peer.hear("token_expiring")

        await peer.say(type="auth", token=(await enter(served.shop, "maria")).token.text)
        await peer.hear("welcome")
        served.shop.clock.advance(timedelta(minutes=5))

        await served.add_products(["Açaí"])
        await peer.hear("event")
        await peer.hears_nothing(0.5)


async def test_a_token_of_somebody_else_is_refused(served):
    peer = await served.peer("maria")

    await peer.say(type="auth", token=await served.token_of("joana"))
    assert (await peer.hear("error"))["code"] == "ACCESS_DENIED"
    await peer.say(type="auth", token="wrong")
    assert (await peer.hear("error"))["code"] == "INVALID_TOKEN"

    await peer.goes_on()


async def test_a_user_may_be_away_and_the_others_stay(served):
    session = await session_of(served.shop, await _welcome_of(served, "joana"))
    peer = await served.peer("maria")

    await served.shop.remove_user(served.shop.administrator, session.actor.user_id)

    await peer.goes_on()


async def _welcome_of(served: ServedShop, username: str):
    await hire(served.shop, username)
    return await enter(served.shop, username)
