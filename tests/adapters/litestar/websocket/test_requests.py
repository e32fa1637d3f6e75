"""Requests over a connection: the same use cases, rules and errors as over HTTP."""

import asyncio

import pytest

from cashhaven_adapters.litestar.websocket.requests import ACTIONS
from cashhaven_domain.shared.errors import DomainError
from tests.support.selling import line, ordered, stocked
from tests.support.served_shop import Peer, ServedShop, served_shop

SALE = {
    "id": 1,
    "venda": 12,
    "inicio": "2024-01-15T09:50:00Z",
    "fim": "2024-01-15T09:55:00Z",
}
GOOD_DATA = {
    "stock.search": {"nome": "produto"},
    "order.set_status": {"id": 1, "status": "em_preparo"},
    "sale.register": SALE,
    "notify": {"texto": "Falta troco", "cliente": "pdv"},
}


async def test_products_are_found(served):
    await stocked(served.shop)
    operator, administrator = (
        await served.peer("maria"),
        await served.peer("joana", administrator=True),
    )

    found = await operator.ask("stock.search", {"nome": "produto"})
    seen = await administrator.ask("stock.search", {"nome": "produto"})

    assert found["ok"]
    assert found["id"] == "1"
    assert found["data"][0]["saldo"] == 100
    assert "compra" not in found["data"][0]
    assert seen["data"][0]["compra"] == 5.5


async def test_products_come_in_pages(served):
    for _ in range(3):
        await stocked(served.shop)
    peer = await served.peer()

    first = await peer.ask("stock.search", {"nome": "produto", "limit": 2})
    rest = await peer.ask("stock.search", {"nome": "produto", "depois": first["proximo"]})

    assert [len(first["data"]), len(rest["data"])] == [2, 1]
    assert "proximo" not in rest


async def test_an_order_goes_on_to_its_next_status(served):
    number = await ordered(served.shop, line(await stocked(served.shop)))
    peer = await served.peer()

    answer = await peer.ask("order.set_status", {"id": number, "status": "em_preparo"})
    again = await peer.ask("order.set_status", {"id": number, "status": "entregue"})

    assert answer["data"]["status"] == "em_preparo"
    assert answer["message"] == "Pedido atualizado"
    assert not again["ok"]
    assert again["code"] == "WRONG_ORDER_STATUS"


async def test_a_sale_is_registered_once_per_key(served):
    await stocked(served.shop)
    peer = await served.peer()

    first = await peer.ask("sale.register", SALE, idempotency_key="k1")
    again = await peer.ask("sale.register", SALE, idempotency_key='"k1"')
    other = await peer.ask("sale.register", SALE | {"quantidade": 2}, idempotency_key="k1")
    unnamed = await peer.ask("sale.register", SALE)

    assert first["data"]["saldo"] == 99
    assert "replayed" not in first
    assert again["data"] == first["data"]
    assert again["replayed"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert unnamed["data"]["saldo"] == 98


async def test_refusals_say_the_same_as_over_http(served):
    await stocked(served.shop, balance=1)
    peer = await served.peer()

    price = await peer.ask("sale.register", SALE | {"venda": 11})
    stock = await peer.ask("sale.register", SALE | {"quantidade": 2})

    assert price["code"] == "PRICE_CHANGED"
    assert price["detalhes"] == {"itens": [{"produto_id": 1, "preco": 12}]}
    assert stock["code"] == "INSUFFICIENT_STOCK"
    assert stock["errors"]
    assert len(stock["request_id"]) == 32


@pytest.mark.parametrize(
    ("data", "sentences"),
    [
        ({}, ["id: é obrigatório", "venda: é obrigatório"]),
        (SALE | {"id": 0, "venda": -1}, ["id: deve ser", "venda: deve ser maior que zero"]),
        (SALE | {"venda": 12.345}, ["venda: "]),
        (SALE | {"preco": 1}, ["preco: campo desconhecido"]),
    ],
)
async def test_every_mistake_is_named(served, data, sentences):
    peer = await served.peer()

    answer = await peer.ask("sale.register", data)

    assert answer["code"] == "INVALID_INPUT"
    for sentence in sentences:
        assert any(told.startswith(sentence) for told in answer["errors"]), answer["errors"]


@pytest.mark.parametrize("key", ["", " ", "com espaço", "ç", "x" * 256])
async def test_keys_are_what_the_header_takes(served, key):
    peer = await served.peer()

    answer = await peer.ask("sale.register", SALE, idempotency_key=key)

    assert answer["code"] == "IDEMPOTENCY_KEY_INVALID"
    assert not answer["ok"]


async def test_requests_that_cannot_be_read_are_answered_by_their_id(served):
    peer = await served.peer()

    for _ in range(4):
        await peer.say(type="request", id=7, action="stock.search")
        answer = await peer.hear("response")
        assert (answer["id"], answer["ok"]) == (7, False)
        assert answer["errors"] == ["data: é obrigatório"]

    unknown = await peer.ask("stock.teleport", {})
    assert unknown["code"] == "UNKNOWN_ACTION"


@pytest.mark.parametrize("name", [None, "", "x" * 65, 1.5, True, []])
async def test_ids_are_short_texts_or_numbers(served, name):
    peer = await served.peer()

    await peer.say(type="request", id=name, action="stock.search", data={})

    assert (await peer.hear("error"))["code"] == "INVALID_INPUT"


async def test_people_notify_one_another(served):
    maria, joana = await served.peer("maria"), await served.peer("joana")
    await joana.subscribe("user")

    answer = await maria.ask("notify", {"texto": "Falta troco", "usuario_id": 3, "nivel": "aviso"})
    everybody = await maria.ask("notify", {"texto": "Falta troco", "todos": True})

    event = await joana.hear("event")
    assert answer["ok"]
    assert event["data"]["texto"] == "Falta troco"
    assert event["data"]["de"]["id"] == 2
    assert everybody["code"] == "ACCESS_DENIED"


async def test_only_so_many_requests_are_at_work_at_once(served, monkeypatch):
    goes_on = asyncio.Event()
    search = served.shop.container.use_cases.search_products()

    async def slowly(*_: object) -> object:
        await goes_on.wait()
        raise DomainError("Pronto")

    monkeypatch.setattr(search, "use_case", slowly)
    peer = await served.peer()
    for number in range(33):
        await peer.say(type="request", id=number, action="stock.search", data={"nome": "a"})

    refused = await peer.hear("response")
    goes_on.set()
    rest = [await peer.hear("response") for _ in range(32)]

    assert (refused["id"], refused["code"]) == (32, "TOO_MANY_REQUESTS")
    assert {answer["id"] for answer in rest} == set(range(32))


async def test_a_bug_is_told_to_nobody(served, monkeypatch):
    async def fail(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(served.shop.container.use_cases.search_products(), "use_case", fail)
    peer = await served.peer()

    answer = await peer.ask("stock.search", {"nome": "a"})

    assert answer["code"] == "INTERNAL_ERROR"
    assert "ZeroDivisionError" not in str(answer)
    await peer.goes_on()


async def test_what_takes_too_long_is_interrupted():
    async with served_shop(settings={"handling_seconds": 0.1}) as served:
        peer = await served.peer()
        waiting = served.shop.container.use_cases.search_products()
        waiting.use_case = _for_ever

        answer = await peer.ask("stock.search", {"nome": "a"})

        assert answer["code"] == "DEADLINE"


async def _for_ever(*_: object) -> None:
    await asyncio.Event().wait()


# --- who may do what: every action, by everybody


async def _everybody(served: ServedShop, who: str) -> Peer:
    if who == "nobody":
        return await served.knock()
    return await served.peer(administrator=who == "administrator")


@pytest.mark.parametrize("who", ["nobody", "operator", "administrator"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_every_action_is_for_whom_it_is_for(served, action, who):
    await ordered(served.shop, line(await stocked(served.shop)))
    peer = await _everybody(served, who)

    await peer.say(type="request", id="1", action=action, data=GOOD_DATA[action])

    if who == "nobody":
        assert await peer.closed() == 4401
    else:
        assert (await peer.hear("response"))["ok"]
