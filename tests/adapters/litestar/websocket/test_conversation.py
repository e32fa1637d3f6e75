"""Subscribing, and hearing what happens; on our server and on one that only speaks ASGI."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.selling import set_parameter, stocked
from tests.support.served_shop import ServedShop, served_shop


@pytest_asyncio.fixture(params=["ours", "plain"])
async def served(request) -> AsyncIterator[ServedShop]:
    """A shop whose sockets go either way."""
    async with served_shop(plain=request.param == "plain") as shop:
        yield shop


@pytest_asyncio.fixture
async def beating() -> AsyncIterator[ServedShop]:
    """A shop whose sockets have a quick heart."""
    async with served_shop(heartbeat=0.3) as shop:
        yield shop


async def test_what_happens_is_heard(served):
    await stocked(served.shop, minimum=None)
    peer = await served.peer()
    subscribed = await peer.subscribe("stock", "sales")

    await served.sell()

    sale, balance = await peer.hear("event"), await peer.hear("event")
    assert (sale["topic"], sale["event"]) == ("sales", "sale.registered")
    assert (balance["topic"], balance["event"]) == ("stock", "stock.balance_changed")
    assert sale["data"]["total"] == 12
    assert balance["data"]["itens"] == [{"produto_id": 1, "saldo": 99, "estoque_baixo": False}]
    assert sale["prev"] == subscribed["offset"]
    assert balance["prev"] == sale["offset"]
    assert balance["offset"] == sale["offset"] + 1
    assert sale["at"].endswith("Z")


async def test_the_offset_before_is_that_of_this_connection(served):
    await stocked(served.shop)
    both, one = await served.peer("maria"), await served.peer("joana")
    await both.subscribe("stock", "sales")
    subscribed = await one.subscribe("stock")

    await served.sell()
    await served.sell()

    assert [(await both.hear("event"))["topic"] for _ in range(4)] == ["sales", "stock"] * 2
    first, second = await one.hear("event"), await one.hear("event")
    assert first["prev"] == subscribed["offset"]
    assert second["prev"] == first["offset"]
    assert second["offset"] == first["offset"] + 2


async def test_nothing_is_heard_unasked(served):
    peer = await served.peer()

    await served.add_products(["Açaí"])
    await served.settle()

    await peer.heard_nothing()


async def test_topics_add_up_until_they_are_given_up(served):
    peer = await served.peer()

    assert (await peer.subscribe("orders"))["topics"] == ["orders"]
    assert (await peer.subscribe("stock", "orders"))["topics"] == ["stock", "orders"]
    await peer.say(type="unsubscribe", topics=["stock", "sales", "nothing"])
    assert (await peer.hear("subscribed"))["topics"] == ["orders"]
    await served.add_products(["Açaí"])
    await served.settle()
    await peer.heard_nothing()


async def test_topics_that_cannot_be_are_refused_and_the_others_stand(served):
    peer = await served.peer()

    await peer.say(type="subscribe", topics=["stock", "system", "weather"])

    assert (await peer.hear("error"))["code"] == "ACCESS_DENIED"
    assert (await peer.hear("error"))["code"] == "UNKNOWN_TOPIC"
    assert (await peer.hear("subscribed"))["topics"] == ["stock"]


async def test_only_administrators_hear_of_the_system(served):
    peer = await served.peer(administrator=True)

    assert (await peer.subscribe("system"))["topics"] == ["system"]


async def test_parameters_are_heard_of(served):
    peer = await served.peer()
    await peer.subscribe("params")

    await set_parameter(served.shop, 4, bit=True)

    assert (await peer.hear("event"))["event"] == "param.changed"


async def test_a_notification_is_heard_by_whom_it_is_for(served):
    maria = await served.peer("maria", address="?cliente=pdv")
    joana = await served.peer("joana", address="?cliente=cozinha")
    for peer in (maria, joana):
        await peer.subscribe("user")

    await served.notify(user_id=2)
    assert (await maria.hear("event"))["event"] == "notification"
    await joana.heard_nothing()

    await served.notify(client_kind="cozinha")
    assert (await joana.hear("event"))["data"]["texto"] == "Falta troco"
    await maria.heard_nothing()

    await served.notify(everybody=True)
    await maria.hear("event")
    await joana.hear("event")


async def test_nobody_hears_of_accounts(served):
    peer = await served.peer(administrator=True)
    await peer.subscribe("user", "system", "params")

    await served.token_of("joana")
    await served.settle()

    await peer.heard_nothing()


async def test_the_heartbeat_says_where_the_connection_is(beating):
    peer = await beating.peer()
    await peer.subscribe("stock")
    await beating.add_products(["Açaí"])
    event = await peer.hear("event")

    assert (await peer.hear("heartbeat"))["offset"] == event["offset"]
    assert (await peer.hear("heartbeat"))["offset"] == event["offset"]


async def test_after_a_long_silence_a_later_place_is_told(beating, monkeypatch):
    monkeypatch.setattr("cashhaven_adapters.litestar.websocket.subscriptions.QUIET_HEARTBEATS", 1)
    peer = await beating.peer()
    before = await peer.subscribe("orders")
    await beating.add_products(["Açaí"])

    told = (await peer.until("subscribed"))[-1]

    assert told["offset"] > before["offset"]
    assert told["topics"] == ["orders"]
    assert (await peer.hear("heartbeat"))["offset"] == told["offset"]


async def test_a_client_may_ask_whether_the_server_lives(served):
    peer = await served.peer()

    await peer.say(type="ping")

    assert await peer.hear("pong") == {"type": "pong"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        "{}",
        '{"type":1}',
        '{"type":"teapot"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","topics":"stock"}',
        '{"type":"subscribe","topics":["stock"],"extra":1}',
        '{"type":"ping","type":"ping"}',
        '{"type":"subscribe","topics":["stock"],"since":{"epoch":"x"}}',
        '{"type":"request","id":"\\ud800","action":"x","data":{}}',
        '{"type":"request","id":"\\ud800","action":"x","data":1}',
        "[" * 17 + "]" * 17,
        b"binary",
    ],
)
async def test_what_cannot_be_read_is_told_and_the_third_one_closes(served, text):
    peer = await served.peer()

    for _ in range(2):
        await peer.connection.send(text)
        assert (await peer.hear("error"))["code"] in {
            "UNREADABLE_FRAME",
            "UNREADABLE_BODY",
            "INVALID_INPUT",
        }
    await peer.connection.send(text)

    assert await peer.closed() == 4400


async def test_frames_may_be_nested_a_little(served):
    peer = await served.peer()

    await peer.connection.send(
        '{"type":"request","id":1,"action":"x","data":' + '{"a":' * 14 + "1" + "}" * 15
    )

    assert (await peer.hear("response"))["code"] == "UNKNOWN_ACTION"


async def test_a_frame_that_is_too_large_closes(served):
    peer = await served.peer()

    await peer.say(type="ping", more="x" * 65_536)

    assert await peer.closed() == 4413


async def test_one_far_too_large_is_the_servers_own_business(served):
    peer = await served.peer()

    await peer.say(type="ping", more="x" * 1_100_000)

    assert await peer.closed() in {1009, 4413}


async def test_frames_that_come_too_fast_are_refused_and_then_close():
    async with served_shop(frames_per_second=1, burst_of_frames=3) as served:
        peer = await served.peer()
        for _ in range(5):
            await peer.say(type="ping")
        frames = [await peer.next() for _ in range(5)]

        assert [frame["type"] for frame in frames] == ["pong"] * 3 + ["error"] * 2
        assert frames[-1]["code"] == "RATE_LIMITED"
        await peer.say(type="ping")
        assert await peer.closed() == 4429


async def test_one_connection_hears_only_so_many_topics():
    async with served_shop(most_topics=2) as served:
        peer = await served.peer()

        await peer.say(type="subscribe", topics=["stock", "sales", "orders"])

        assert (await peer.hear("error"))["code"] == "TOO_MANY_TOPICS"
        assert (await peer.hear("subscribed"))["topics"] == ["stock", "sales"]
