import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cashhaven_domain.stock.product import ProductId
from tests.adapters.litestar.support import Web, web_shop
from tests.support.books import books_in_memory
from tests.support.selling import balance_of, known_client, sold, stocked

ACAI = ProductId(1)
SALE = {
    "id": 1,
    "venda": 12.00,
    "inicio": "2024-01-15T10:00:00Z",
    "fim": "2024-01-15T10:05:00Z",
}


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """A served shop with one product, whose books must add up in the end."""
    async with web_shop() as web:
        await stocked(web.shop, 100)
        yield web
        assert books_in_memory(web.shop.container.adapters.store()).mistakes() == []


async def sell(web, key=None, **parts):
    headers = {"Idempotency-Key": key} if key else None
    return await web.operator.post("/api/sale/forsale", json=SALE | parts, headers=headers)


async def test_a_sale_is_taken_and_sent_as_the_contract_says(web):
    answer = await sell(web)
    assert answer.status_code == 201
    assert answer.text == (
        '{"success":true,"data":{"id":1,"produto_id":1,"quantidade":1,"preco_unitario":12.00,'
        '"total":12.00,"saldo":99,"inicio":"2024-01-15T10:00:00Z","fim":"2024-01-15T10:05:00Z",'
        '"duracao_segundos":300,"operador_id":9002},"message":"Venda registrada"}'
    )


async def test_everything_that_a_sale_may_say_is_taken(web):
    client = await known_client(web.shop)
    answer = await sell(
        web,
        quantidade=0.35,
        cliente_id=client,
        pagamento="pix",
        inicio="2024-01-15T06:50:00-03:00",
        fim="2024-01-15T06:51:30.5-03:00",
    )
    data = answer.json()["data"]
    assert (data["quantidade"], data["total"], data["saldo"]) == (0.35, 4.2, 99.65)
    assert (data["inicio"], data["duracao_segundos"]) == ("2024-01-15T09:50:00Z", 90)


async def test_null_is_absent(web):
    answer = await sell(web, quantidade=None, cliente_id=None, pagamento=None)
    assert answer.json()["data"]["quantidade"] == 1


async def test_every_bad_field_of_a_sale_is_named(web):
    body = {"id": 0, "venda": 0, "inicio": "ontem", "quantidade": 0.0001, "pagamento": "fiado"}
    answer = await web.operator.post("/api/sale/forsale", json=body | {"troco": 1})
    assert answer.status_code == 400
    named = {sentence.split(":")[0] for sentence in answer.json()["errors"]}
    assert named == {"id", "venda", "inicio", "fim", "quantidade", "pagamento", "troco"}


@pytest.mark.parametrize(
    ("parts", "status", "code", "details"),
    [
        (
            {"quantidade": 101},
            409,
            "INSUFFICIENT_STOCK",
            {"itens": [{"produto_id": 1, "saldo": 100}]},
        ),
        (
            {"venda": 11.99},
            409,
            "PRICE_CHANGED",
            {"itens": [{"produto_id": 1, "preco": 12.0}]},
        ),
        ({"id": 99}, 404, "PRODUCT_NOT_FOUND", None),
        ({"cliente_id": 99}, 404, "CLIENT_NOT_FOUND", None),
        ({"fim": "2024-01-15T09:59:59Z"}, 400, "INVALID_INPUT", None),
        ({"fim": "2024-01-15T10:05:01Z"}, 400, "INVALID_INPUT", None),
    ],
)
async def test_refusals_say_why(web, parts, status, code, details):
    answer = await sell(web, **parts)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().get("detalhes") == details
    assert not (await web.operator.get("/api/sale/all")).json()["data"]


async def test_a_key_brings_the_first_reply_again(web):
    first, again = await sell(web, key="till-1/1"), await sell(web, key='"till-1/1"')
    assert first.json()["data"] == again.json()["data"]
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await sell(web, key="till-1/1", quantidade=2)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_a_refusal_comes_again_with_its_details(web):
    first = await sell(web, key="till-1/1", quantidade=101)
    again = await sell(web, key="till-1/1", quantidade=101)
    assert again.status_code == 409
    assert again.json()["detalhes"] == first.json()["detalhes"]
    assert again.json()["errors"] == first.json()["errors"]
    assert again.json()["request_id"] != first.json()["request_id"]


async def test_two_at_once_with_one_key_sell_once(web):
    answers = await asyncio.gather(*(sell(web, key="till-1/1") for _ in range(8)))
    assert {answer.json()["data"]["id"] for answer in answers} == {1}
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7


async def test_a_cancelled_sale_is_sent_with_its_cancellation(web):
    number = await sold(web.shop, 1)
    answer = await web.operator.post(
        "/api/sale/cancel", json={"id": number, "motivo": "Cliente desistiu"}
    )
    assert answer.status_code == 200
    assert answer.text == (
        '{"success":true,"data":{"id":1,"produto_id":1,"quantidade":1,"preco_unitario":12.00,'
        '"total":12.00,"inicio":"2024-01-15T09:50:00Z","fim":"2024-01-15T09:55:00Z",'
        '"duracao_segundos":300,"operador_id":9002,"cliente_id":null,"pagamento":null,'
        '"criado_em":"2024-01-15T10:00:00Z","cancelada":{"em":"2024-01-15T10:00:00Z",'
        '"usuario_id":9002,"motivo":"Cliente desistiu"}},"message":"Venda cancelada"}'
    )
    again = await web.administrator.post("/api/sale/cancel", json={"id": number, "motivo": "Outra"})
    assert (again.status_code, again.json()["code"]) == (409, "SALE_ALREADY_CANCELLED")


async def test_goods_of_a_cancelled_sale_may_be_lost(web):
    number = await sold(web.shop, 1)
    body = {"id": number, "motivo": "Caiu", "devolver_estoque": False}
    assert (await web.operator.post("/api/sale/cancel", json=body)).status_code == 200
    assert (await balance_of(web.shop, ACAI)).as_text() == "99"


async def test_own_sales_can_be_cancelled_for_some_minutes(web):
    number = await sold(web.shop, 1)
    web.shop.clock.advance(timedelta(minutes=11))
    body = {"id": number, "motivo": "Engano"}
    answer = await web.operator.post("/api/sale/cancel", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "CANCELLATION_TOO_LATE")
    assert (await web.administrator.post("/api/sale/cancel", json=body)).status_code == 200


async def test_sales_are_listed_with_filters_and_pages(web):
    numbers = [await sold(web.shop, 1) for _ in range(3)]
    path = "/api/sale/all?desde=2024-01-15&ate=2024-01-15&produto_id=1&operador_id=9002&limit=2"
    page = (await web.operator.get(path)).json()
    assert [sale["id"] for sale in page["data"]] == numbers[:0:-1]
    rest = (await web.operator.get(f"{path}&depois={page['proximo']}")).json()
    assert [sale["id"] for sale in rest["data"]] == numbers[:1]
    assert "proximo" not in rest


async def test_a_cursor_of_another_list_is_refused(web):
    answer = await web.operator.get("/api/sale/all?depois=NDI")
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_INPUT")
