import asyncio
from collections.abc import AsyncIterator

import pytest

from cashhaven_domain.orders.access_key import check_digit
from cashhaven_domain.stock.product import ProductId
from tests.adapters.litestar.support import Web, web_shop
from tests.support.books import books_in_memory
from tests.support.selling import balance_of, known_client, line, ordered, stocked

ACAI = ProductId(1)
ORDER = {
    "items": [{"produto_id": 1, "quantidade": 2, "preco_unitario": 12.00}],
    "total": 24.00,
    "observacoes": "Sem açúcar",
}
KEY = "35261112ABC34501DE35650010000001231123456780"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """A served shop with one product, whose books must add up in the end."""
    async with web_shop() as web:
        await stocked(web.shop, 100, name="Açaí 500ml")
        yield web
        assert books_in_memory(web.shop.container.adapters.store()).mistakes() == []


async def place(web, key=None, **parts):
    headers = {"Idempotency-Key": key} if key else None
    return await web.operator.post("/api/order/create", json=ORDER | parts, headers=headers)


async def panel(web, **parts):
    return await web.operator.post("/api/order/panel", json=parts)


async def test_an_order_is_taken_and_sent_as_the_contract_says(web):
    client = await known_client(web.shop)
    answer = await place(
        web,
        cliente_id=client,
        pagamentos=[{"tipo": "pix", "valor": 20}, {"tipo": "dinheiro", "valor": 4.00}],
        entrega={"tipo": "entrega", "endereco": "Rua A, 1", "previsao_minutos": 40},
    )
    assert answer.status_code == 201
    assert answer.text == (
        '{"success":true,"data":{"id":1,"pedido":1,"status":"recebido","cliente_id":1,'
        '"items":[{"produto_id":1,"produto":"Açaí 500ml","quantidade":2,"preco_unitario":12.00,'
        '"total":24.00}],"total":24.00,"observacoes":"Sem açúcar",'
        '"pagamentos":[{"tipo":"pix","valor":20.00},{"tipo":"dinheiro","valor":4.00}],'
        '"entrega":{"tipo":"entrega","endereco":"Rua A, 1","previsao_minutos":40},'
        '"previsao":"2024-01-15T10:40:00Z","operador_id":9002,"criado_em":"2024-01-15T10:00:00Z",'
        '"historico":[{"status":"recebido","em":"2024-01-15T10:00:00Z","usuario_id":9002}],'
        '"fiscal":[],"versao":1},"message":"Pedido criado"}'
    )
    found = await web.operator.get("/api/order/1")
    assert found.json()["data"] == answer.json()["data"]


async def test_what_an_order_does_not_say_is_null_or_empty(web):
    data = (await place(web, observacoes=None)).json()["data"]
    assert data["cliente_id"] is data["observacoes"] is data["entrega"] is data["previsao"] is None
    assert data["pagamentos"] == []


async def test_every_bad_field_of_an_order_is_named(web):
    answer = await place(
        web,
        items=[{"produto_id": 1, "quantidade": 0, "preco": 1}, {}],
        total=-1,
        entrega={"tipo": "drone"},
        pagamentos=[{"tipo": "pix"}],
    )
    assert answer.status_code == 400
    assert {sentence.split(":")[0] for sentence in answer.json()["errors"]} == {
        "items.0.quantidade",
        "items.0.preco",
        "items.0.preco_unitario",
        "items.1.produto_id",
        "items.1.quantidade",
        "items.1.preco_unitario",
        "total",
        "entrega.tipo",
        "pagamentos.0.valor",
    }


@pytest.mark.parametrize("count", [0, 201])
async def test_an_order_has_one_to_two_hundred_items(web, count):
    answer = await place(web, items=ORDER["items"] * count)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("items: ")


@pytest.mark.parametrize(
    ("parts", "status", "code", "details"),
    [
        ({"total": 23.99}, 400, "TOTAL_MISMATCH", {"total": 24.0}),
        ({"pagamentos": [{"tipo": "pix", "valor": 23.99}]}, 400, "PAYMENTS_MISMATCH", None),
        ({"pagamentos": []}, 400, "PAYMENTS_MISMATCH", None),
        ({"cliente_id": 99}, 404, "CLIENT_NOT_FOUND", None),
        ({"pedido": 99}, 409, "ORDER_NUMBER_NOT_AVAILABLE", None),
        (
            {"entrega": {"tipo": "local", "previsao_minutos": 10_081}},
            400,
            "INVALID_INPUT",
            None,
        ),
    ],
)
async def test_refusals_say_why(web, parts, status, code, details):
    answer = await place(web, **parts)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().get("detalhes") == details
    assert (await balance_of(web.shop, ACAI)).as_text() == "100"


async def test_every_item_that_lacks_stock_has_a_message(web):
    other = await stocked(web.shop, 1)
    items = [
        {"produto_id": 1, "quantidade": 101, "preco_unitario": 12},
        {"produto_id": other, "quantidade": 2, "preco_unitario": 12},
    ]
    answer = await place(web, items=items, total=1236)
    assert (answer.status_code, answer.json()["code"]) == (409, "INSUFFICIENT_STOCK")
    assert answer.json()["errors"] == [
        "Estoque insuficiente de Açaí 500ml: há 100 un",
        "Estoque insuficiente de Produto 2: há 1 un",
    ]
    assert answer.json()["detalhes"] == {
        "itens": [{"produto_id": 1, "saldo": 100}, {"produto_id": other, "saldo": 1}]
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_number_is_reserved_and_used_once(web, method):
    answer = await web.operator.request(method, "/api/order/new")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    number = answer.json()["data"]["pedido"]
    assert answer.json() == {"success": True, "data": {"pedido": number}}
    placed = (await place(web, pedido=number)).json()["data"]
    assert (placed["id"], placed["pedido"]) == (number, number)
    again = await place(web, pedido=number)
    assert (again.status_code, again.json()["code"]) == (409, "ORDER_NUMBER_NOT_AVAILABLE")


async def test_sixty_who_ask_at_once_get_sixty_numbers(web):
    answers = await asyncio.gather(*(web.operator.get("/api/order/new") for _ in range(60)))
    assert len({answer.json()["data"]["pedido"] for answer in answers}) == 60


async def test_an_order_is_created_once_per_key(web):
    first, again = await place(web, key="till-1/1"), await place(web, key="till-1/1")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    crossed = await web.operator.post(
        "/api/sale/forsale",
        json={
            "id": 1,
            "venda": 12,
            "inicio": "2024-01-15T10:00:00Z",
            "fim": "2024-01-15T10:00:00Z",
        },
        headers={"Idempotency-Key": "till-1/1"},
    )
    assert crossed.status_code == 422


async def test_a_status_is_changed_and_the_order_comes_back(web):
    number = await ordered(web.shop, line(1))
    body = {"id": number, "status": "em_preparo", "versao": 1}
    answer = await web.operator.put("/api/order/status", json=body)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["status"], data["versao"]) == ("em_preparo", 2)
    assert [step["status"] for step in data["historico"]] == ["recebido", "em_preparo"]
    stale = await web.operator.put("/api/order/status", json=body | {"status": "pronto"})
    assert (stale.status_code, stale.json()["code"]) == (409, "STALE_VERSION")
    wrong = await web.operator.put("/api/order/status", json={"id": number, "status": "entregue"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "WRONG_ORDER_STATUS")


async def test_goods_of_a_prepared_order_return_when_said_so(web):
    for whole, left in ((False, "98"), (True, "98")):
        number = await ordered(web.shop, line(1, 2))
        for status in ("em_preparo", "cancelado"):
            body = {"id": number, "status": status, "devolver_estoque": whole}
            assert (await web.operator.put("/api/order/status", json=body)).status_code == 200
        assert (await balance_of(web.shop, ACAI)).as_text() == left


async def test_orders_are_listed_with_filters_and_pages(web):
    numbers = [await ordered(web.shop, line(1)) for _ in range(3)]
    path = "/api/order/all?status=recebido&desde=2024-01-15&ate=2024-01-15&limit=2"
    page = (await web.operator.get(path)).json()
    assert [order["id"] for order in page["data"]] == numbers[:0:-1]
    assert [order["pedido"] for order in page["data"]] == numbers[:0:-1]
    rest = (await web.operator.get(f"{path}&depois={page['proximo']}")).json()
    assert [order["id"] for order in rest["data"]] == numbers[:1]
    assert (await web.operator.get("/api/order/all?cliente_id=1")).json()["data"] == []


@pytest.mark.parametrize("number", ["99", str(2**63)])
async def test_an_order_that_is_not_there_is_not_found(web, number):
    answer = await web.operator.get(f"/api/order/{number}")
    assert answer.status_code == 404


async def test_a_fiscal_answer_is_kept_and_sent_with_the_order(web):
    number = await ordered(web.shop, line(1))
    answer = await panel(
        web,
        pedido=number,
        uuid="a-1",
        status="aprovado",
        motivo="Autorizado",
        nfe=123,
        serie="1",
        modelo=65,
        recibo="9",
        chave=KEY,
    )
    assert answer.status_code == 201
    document = {
        "pedido": number,
        "uuid": "a-1",
        "status": "aprovado",
        "motivo": "Autorizado",
        "nfe": "123",
        "serie": "1",
        "modelo": "65",
        "recibo": "9",
        "chave": KEY,
        "criado_em": "2024-01-15T10:00:00Z",
        "atualizado_em": "2024-01-15T10:00:00Z",
    }
    assert answer.json() == {"success": True, "data": document}
    order = (await web.operator.get(f"/api/order/{number}")).json()["data"]
    assert order["fiscal"] == [document]
    path = "/api/order/panel?status=aprovado&desde=2024-01-15&ate=2024-01-15"
    assert (await web.operator.get(path)).json()["data"] == [document]


async def test_every_bad_part_of_an_order_is_named(web):
    answer = await place(
        web,
        pagamentos=[{"tipo": "pix", "valor": 0}, {"tipo": "pix", "valor": -1}],
        entrega={"tipo": "local", "previsao_minutos": 10_081},
    )
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        "pagamentos.0.valor: deve ser maior que zero",
        "pagamentos.1.valor: deve ser maior que zero",
        "entrega.previsao_minutos: deve ser no máximo 10080",
    ]


async def test_numbers_in_a_fiscal_answer_are_taken_for_texts(web):
    number = await ordered(web.shop, line(1))
    key = "1" * 43
    key += check_digit(key)
    answer = await panel(web, pedido=number, uuid=77, status="aprovado", chave=int(key))
    assert answer.status_code == 201
    document = answer.json()["data"]
    assert (document["uuid"], document["chave"]) == ("77", key)
    later = await panel(web, pedido=number, uuid="77", status="cancelado")
    assert later.json()["data"]["chave"] == key


async def test_a_late_fiscal_answer_gets_200_and_what_stands(web):
    number = await ordered(web.shop, line(1))
    first = await panel(web, pedido=number, uuid="a-1", status="processamento")
    assert (first.status_code, first.json()["data"]["status"]) == (201, "processando")
    second = await panel(web, pedido=number, uuid="a-1", status="aprovado")
    assert second.status_code == 201
    late = await panel(web, pedido=number, uuid="a-1", status="processando")
    assert late.status_code == 200
    assert late.json()["data"] == second.json()["data"]


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"chave": KEY[:-1] + "1"}, "chave"),
        ({"chave": "123"}, "chave"),
        ({"status": "pendente"}, "status"),
        ({"chave": True}, "chave"),
        ({"uuid": ""}, "uuid"),
        ({"uuid": True}, "uuid"),
        ({"nfe": 1.5}, "nfe"),
        ({"nfe": True}, "nfe"),
        ({"pedido": None}, "pedido"),
    ],
)
async def test_an_unreadable_fiscal_answer_is_refused(web, parts, named):
    answer = await panel(web, **{"pedido": 1, "uuid": "a-1", "status": "aprovado"} | parts)
    assert answer.status_code == 400
    (sentence,) = answer.json()["errors"]
    assert sentence.startswith(f"{named}: ")


async def test_a_fiscal_answer_about_another_or_no_order_is_refused(web):
    one, other = await ordered(web.shop, line(1)), await ordered(web.shop, line(1))
    assert (await panel(web, pedido=one, uuid="a-1", status="aprovado")).status_code == 201
    answer = await panel(web, pedido=other, uuid="a-1", status="cancelado")
    assert answer.json()["code"] == "FISCAL_DOCUMENT_OF_ANOTHER_ORDER"
    answer = await panel(web, pedido=99, uuid="a-2", status="aprovado")
    assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_NOT_FOUND")
