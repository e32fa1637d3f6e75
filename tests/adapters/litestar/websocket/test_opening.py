"""Coming in: three ways to say who it is, and how those learn it who may not."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.served_shop import ServedShop, served_shop
from tests.support.users import GOOD, enter, hire

STRANGER = "https://elsewhere.example"
OURS = "https://loja.example"
ALLOWED = {"allowed_origins": (OURS,)}


async def refused(served: ServedShop, **options: Any) -> httpx.Response:
    """Knock and return the HTTP answer, which must be no."""
    with pytest.raises(InvalidStatus) as caught:
        await served.knock(**options)
    answer = caught.value.response
    return httpx.Response(
        answer.status_code, headers=list(answer.headers.raw_items()), content=bytes(answer.body)
    )


async def test_the_header_signs_in(served):
    peer = await served.knock(await served.token_of())

    welcome = await peer.hear("welcome")
    position = served.shop.container.adapters.follower().position
    assert welcome["epoch"] == position.epoch
    assert welcome["offset"] == position.offset
    assert welcome["heartbeat_s"] == 25
    assert welcome["topics"] == ["stock", "sales", "orders", "whatsapp", "params", "user"]
    assert len(welcome["session"]) == 32


async def test_an_administrator_may_hear_of_the_system_too(served):
    peer = await served.knock(await served.token_of(administrator=True))

    assert "system" in (await peer.hear("welcome"))["topics"]


async def test_browsers_sign_in_by_the_protocols_that_they_offer(served):
    token = await served.token_of()

    peer = await served.knock(subprotocols=["cashhaven.v1", f"bearer.{token}"])

    await peer.hear("welcome")
    assert peer.connection.subprotocol == "cashhaven.v1"


async def test_the_first_frame_signs_in(served):
    peer = await served.knock()

    await peer.say(type="auth", token=await served.token_of())

    await peer.hear("welcome")


async def test_a_token_in_the_address_is_none(served):
    answer = await refused(served, address=f"?token={await served.token_of()}")

    assert answer.status_code == 400
    assert answer.json()["errors"] == ["token: campo desconhecido"]


async def test_a_wrong_token_is_told_so_after_coming_in(served):
    assert await (await served.knock("wrong")).closed() == 4401
    wrong_in_protocol = await served.knock(subprotocols=["cashhaven.v1", "bearer.wrong"])
    assert await wrong_in_protocol.closed() == 4401


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "auth", "token": "wrong"},
        {"type": "subscribe", "topics": ["stock"]},
        {"type": "ping"},
        {"type": "nothing of ours"},
    ],
)
async def test_the_first_frame_is_the_only_chance(served, frame):
    peer = await served.knock()

    await peer.say(**frame)

    assert await peer.closed() == 4401


async def test_the_first_frame_must_come_in_time():
    async with served_shop(sign_in_time=0.1) as served:
        assert await (await served.knock()).closed(within_s=1) == 4401


async def test_the_first_frame_is_small(served):
    peer = await served.knock()

    await peer.say(type="auth", token="x" * 4_096)

    assert await peer.closed() == 4413


async def test_whoever_must_change_the_password_does_that_first(served):
    await hire(served.shop, "novata", one_time_password=True)
    token = (await enter(served.shop, "novata", GOOD)).token.text

    assert await (await served.knock(token)).closed() == 4403


@pytest.mark.parametrize("kind", ["pdv", "cozinha", "painel", "app"])
async def test_clients_say_what_they_are(served, kind):
    peer = await served.knock(await served.token_of(), f"?cliente={kind}")

    await peer.hear("welcome")


async def test_other_kinds_of_clients_are_refused(served):
    answer = await refused(served, address="?cliente=geladeira")
    let_in_for_that = await served.knock(await served.token_of(), "?cliente=geladeira")

    assert answer.status_code == 400
    assert await let_in_for_that.closed() == 4400


async def test_pages_of_other_origins_are_refused():
    async with served_shop(settings=ALLOWED) as served:
        token = await served.token_of()

        answer = await refused(served, origin=STRANGER)
        let_in_for_that = await served.knock(token, origin=STRANGER)

        assert answer.status_code == 403
        assert answer.json()["code"] == "ACCESS_DENIED"
        assert await let_in_for_that.closed() == 4403


@pytest.mark.parametrize("origin", [f"{OURS}.evil.example", f"{OURS}:8443", "http://loja.example"])
async def test_origins_are_compared_whole(origin):
    async with served_shop(settings=ALLOWED) as served:
        assert (await refused(served, origin=origin)).status_code == 403


async def test_our_pages_and_programs_come_in():
    async with served_shop(settings=ALLOWED) as served:
        token = await served.token_of()

        await (await served.knock(token, origin=OURS)).hear("welcome")
        await (await served.knock(token)).hear("welcome")


async def test_no_origin_is_ours_until_somebody_says_so(served):
    assert (await refused(served, origin=OURS)).status_code == 403


async def test_plain_requests_are_told_to_upgrade(served):
    async with httpx.AsyncClient() as client:
        answer = await client.get(served.url.replace("ws://", "http://"))

    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"
    assert answer.json()["code"] == "UPGRADE_REQUIRED"


async def test_there_is_one_address(served):
    served_elsewhere = await refused(served, address="/else")

    assert served_elsewhere.status_code == 404
    assert served_elsewhere.json()["code"] == "NOT_FOUND"
    assert served_elsewhere.headers["X-Content-Type-Options"] == "nosniff"
    assert len(served_elsewhere.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"headers": {"X-Long": "x" * 17_000}}, 431),
        ({"headers": {"X-Long": "x" * 8_100}}, 431),
        ({"headers": {f"X-{number}": "x" for number in range(101)}}, 431),
        ({"address": f"?cliente={'x' * 9_000}"}, 414),
    ],
)
async def test_heads_have_the_limits_of_every_request(served, options, status):
    assert (await refused(served, **options)).status_code == status


async def test_openings_have_a_rate():
    async with served_shop(openings_per_second=2) as served:
        token = await served.token_of()
        for _ in range(2):
            await served.enter(token)

        answer = await refused(served, token=token)

        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        await asyncio.sleep(0.6)
        await served.enter(token)


async def test_an_instance_keeps_only_so_many():
    async with served_shop(most_connections=1) as served:
        token = await served.token_of()
        first = await served.enter(token)

        assert (await refused(served, token=token)).status_code == 503

        await first.connection.close()
        await served.enter(token)


async def test_a_user_has_only_so_many():
    async with served_shop(most_per_user=1) as served:
        token = await served.token_of()
        first = await served.enter(token)

        assert await (await served.knock(token)).closed() == 1013
        await served.peer("joana")

        await first.connection.close()
        await served.enter(token)


async def test_an_address_has_only_so_many():
    async with served_shop(most_per_address=1) as served:
        await served.peer()

        assert await (await served.knock(await served.token_of("joana"))).closed() == 1013
        answer = await refused(served)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "30"


@pytest.mark.parametrize("limit", ["most_unknown", "most_unknown_per_address"])
async def test_few_may_be_unknown(limit):
    few: dict[str, Any] = {limit: 1}
    async with served_shop(**few) as served:
        token = await served.token_of()
        unknown = await served.knock()

        assert (await refused(served)).status_code == 429
        await served.enter(token)

        await unknown.say(type="auth", token=token)
        await unknown.hear("welcome")
        await served.knock()


async def test_numbers_and_rates_can_be_lifted():
    none: dict[str, Any] = {"most_connections": 0, "most_per_user": 0, "most_per_address": 0}
    async with served_shop(limited=False, openings_per_second=0, most_unknown=0, **none) as served:
        token = await served.token_of()
        peers = [await served.enter(token) for _ in range(60)]

        for _ in range(60):
            await peers[0].say(type="ping")
        for _ in range(60):
            await peers[0].hear("pong")


async def test_readiness_does_not_depend_on_sockets(served):
    await served.peer()
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{served.port}/health/ready")

    assert answer.status_code == 200
    assert json.loads(answer.content)["status"] == "pass"
