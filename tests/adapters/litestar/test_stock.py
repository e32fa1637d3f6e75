from collections.abc import AsyncIterator

import pytest

from tests.adapters.litestar.support import Web, web_shop
from tests.support.books import books_in_memory

ACAI = {
    "produto": "Açaí 500ml",
    "compra": 5.50,
    "venda": 12.00,
    "saldo": 100,
    "fornecedor": "Fornecedor ABC",
}


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """A served shop whose books must add up in the end."""
    async with web_shop() as web:
        yield web
        assert books_in_memory(web.shop.container.adapters.store()).mistakes() == []


async def add(web, **parts):
    answer = await web.administrator.post("/api/stock/insert", json=ACAI | parts)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["id"]


async def move(web, number, quantity, headers=None, **parts):
    body = {"id": number, "saldo": quantity} | parts
    return await web.administrator.post("/api/stock/update/sd", json=body, headers=headers)


async def test_the_stock_is_sent_as_the_contract_says(web):
    await add(web)
    answer = await web.administrator.get("/api/stock/all")
    assert answer.status_code == 200
    assert answer.text == (
        '{"success":true,"data":[{"id":1,"produto":"Açaí 500ml","venda":12.00,"saldo":100,'
        '"fornecedor":"Fornecedor ABC","estoque_baixo":false,"minimo":null,"unidade":"un",'
        '"versao":1,"compra":5.50,"margem":54.17}]}'
    )


@pytest.mark.parametrize(
    "path",
    [
        "/all",
        "/serach/id?id=1",
        "/search/id?id=1",
        "/serach/name?nome=acai",
        "/search/name?nome=acai",
        "/low",
    ],
)
async def test_operators_never_see_what_products_are_bought_for(web, path):
    await add(web, saldo=1, minimo=1)
    shown = []
    for client in (web.operator, web.administrator):
        answer = await client.get(f"/api/stock{path}")
        assert answer.status_code == 200
        data = answer.json()["data"]
        (product,) = data if isinstance(data, list) else [data]
        shown.append(product)
    assert shown[1].items() - shown[0].items() == {("compra", 5.5), ("margem", 54.17)}
    assert shown[0].keys() | {"compra", "margem"} == shown[1].keys()
    assert shown[0]["estoque_baixo"] is True


async def test_an_inserted_product_is_sent_back(web):
    answer = await web.administrator.post(
        "/api/stock/insert", json=ACAI | {"saldo": 0.35, "minimo": 2, "unidade": "kg"}
    )
    assert answer.status_code == 201
    assert answer.json() == {
        "success": True,
        "message": "Produto cadastrado",
        "data": ACAI
        | {
            "id": 1,
            "saldo": 0.35,
            "minimo": 2,
            "unidade": "kg",
            "estoque_baixo": True,
            "margem": 54.17,
            "versao": 1,
        },
    }


async def test_everything_wrong_with_a_product_is_said_at_once(web):
    answer = await web.administrator.post(
        "/api/stock/insert",
        json={
            "produto": " ",
            "compra": 0,
            "venda": 1.005,
            "saldo": -1,
            "unidade": "litro",
            "cor": "roxa",
        },
    )
    assert answer.status_code == 400
    fields = sorted(sentence.partition(":")[0] for sentence in answer.json()["errors"])
    assert fields == ["compra", "cor", "fornecedor", "produto", "saldo", "unidade", "venda"]


async def test_a_duplicate_is_refused(web):
    await add(web)
    answer = await web.administrator.post(
        "/api/stock/insert", json=ACAI | {"produto": "acai 500ML"}
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "DUPLICATE_PRODUCT"


async def test_a_repeated_insert_is_answered_as_the_first_time(web):
    headers = {"Idempotency-Key": "abc"}
    first, second = [
        await web.administrator.post("/api/stock/insert", json=ACAI, headers=headers)
        for _ in range(2)
    ]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    other = await web.administrator.post(
        "/api/stock/insert", json=ACAI | {"saldo": 1}, headers=headers
    )
    assert other.status_code == 422


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_stock_comes_goes_and_is_counted(web, method):
    number = await add(web)
    for body, before, after in (
        ({"saldo": 10, "compra": 6, "motivo": "NF 1"}, 100, 110),
        ({"saldo": 0.5, "tipo": "saida"}, 110, 109.5),
        ({"saldo": 9.5, "tipo": "perda"}, 109.5, 100),
        ({"saldo": 80, "tipo": "ajuste", "fornecedor": "Outro"}, 100, 80),
        ({"saldo": 0, "tipo": "ajuste", "motivo": None, "compra": None}, 80, 0),
    ):
        answer = await web.administrator.request(
            method, "/api/stock/update/sd", json={"id": number} | body
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"] == {"id": number, "saldo_antes": before, "saldo": after}


async def test_a_repeated_movement_counts_once_by_either_method(web):
    number = await add(web)
    body, headers = {"id": number, "saldo": 10}, {"Idempotency-Key": '"abc"'}
    await web.administrator.post("/api/stock/update/sd", json=body, headers=headers)
    answer = await web.administrator.put("/api/stock/update/sd", json=body, headers=headers)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.json()["data"]["saldo"] == 110


async def test_a_balance_never_falls_below_zero(web):
    number = await add(web, saldo=2.5)
    answer = await move(web, number, 3, tipo="saida", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "BALANCE_BELOW_ZERO"
    assert answer.json()["detalhes"] == {"saldo": 2.5}
    await move(web, number, 10)
    again = await move(web, number, 3, tipo="saida", headers={"Idempotency-Key": "k"})
    assert again.status_code == 409
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["detalhes"] == {"saldo": 2.5}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"tipo": "saida", "compra": 5}, "compra"),
        ({"saldo": 0}, "saldo"),
        ({"saldo": 0.0001}, "saldo"),
        ({"saldo": "1"}, "saldo"),
        ({"saldo": 99999.999}, "saldo"),
        ({"tipo": "venda"}, "tipo"),
        ({"tipo": "abertura"}, "tipo"),
        ({"compra": 0}, "compra"),
        ({"motivo": "x" * 501}, "motivo"),
        ({"id": 2**63}, "id"),
        ({"versao": 1}, "versao"),
    ],
)
async def test_what_is_wrong_with_a_movement_is_said(web, parts, field):
    number = await add(web)
    answer = await web.administrator.post(
        "/api/stock/update/sd", json={"id": number, "saldo": 1} | parts
    )
    assert answer.status_code == 400
    assert [sentence.partition(":")[0] for sentence in answer.json()["errors"]] == [field]


async def test_a_card_is_corrected_where_something_was_sent(web):
    number = await add(web, minimo=5)
    answer = await web.administrator.put(
        "/api/stock/update/product", json={"id": number, "venda": 13, "versao": 1}
    )
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["venda"], data["minimo"], data["versao"]) == (13, 5, 2)
    body = {"id": number, "minimo": None, "nome": "Açaí 700ml", "fornecedor": "Outro"}
    answer = await web.administrator.put("/api/stock/update/product", json=body)
    data = answer.json()["data"]
    assert (data["produto"], data["fornecedor"], data["minimo"]) == ("Açaí 700ml", "Outro", None)


async def test_a_correction_of_an_old_card_is_refused(web):
    number = await add(web)
    body = {"id": number, "nome": "Outro", "versao": 1}
    assert (await web.administrator.put("/api/stock/update/product", json=body)).status_code == 200
    answer = await web.administrator.put("/api/stock/update/product", json=body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "STALE_VERSION"
    await move(web, number, 1)
    answer = await web.administrator.put(
        "/api/stock/update/product", json=body | {"versao": 2, "venda": 1}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("field", ["nome", "venda", "fornecedor"])
async def test_what_a_product_must_have_cannot_be_cleared(web, field):
    number = await add(web)
    answer = await web.administrator.put(
        "/api/stock/update/product", json={"id": number, field: None}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(f"{field}: ")


async def test_a_removed_product_leaves_the_lists_and_its_history_stays(web):
    number = await add(web)
    answer = await web.administrator.delete(f"/api/stock/delete/{number}")
    assert answer.json() == {"success": True, "message": "Produto removido"}
    assert (await web.operator.get("/api/stock/all")).json()["data"] == []
    gone = await web.operator.get(f"/api/stock/serach/id?id={number}")
    assert (gone.status_code, gone.json()["code"]) == (404, "PRODUCT_NOT_FOUND")
    assert (await web.administrator.delete(f"/api/stock/delete/{number}")).status_code == 404
    for path in ("movements", "prices"):
        kept = await web.administrator.get(f"/api/stock/{path}?id={number}")
        assert len(kept.json()["data"]) == 1


async def test_the_ledger_is_sent_as_the_contract_says(web):
    number = await add(web)
    await move(web, number, 0.5, tipo="perda", motivo="caiu")
    answer = await web.administrator.get("/api/stock/movements?desde=2024-01-15&ate=2024-01-15")
    assert answer.json() == {
        "success": True,
        "data": [
            {
                "id": 2,
                "produto_id": number,
                "tipo": "perda",
                "quantidade": -0.5,
                "saldo_antes": 100,
                "saldo_depois": 99.5,
                "motivo": "caiu",
                "origem": None,
                "usuario_id": web.shop.administrator.user_id,
                "em": "2024-01-15T10:00:00Z",
            },
            {
                "id": 1,
                "produto_id": number,
                "tipo": "abertura",
                "quantidade": 100,
                "saldo_antes": 0,
                "saldo_depois": 100,
                "motivo": None,
                "origem": None,
                "usuario_id": web.shop.administrator.user_id,
                "em": "2024-01-15T10:00:00Z",
            },
        ],
    }
    empty = await web.administrator.get("/api/stock/movements?desde=2024-01-16")
    assert empty.json()["data"] == []


async def test_the_prices_are_sent_as_the_contract_says(web):
    number = await add(web)
    answer = await web.administrator.get(f"/api/stock/prices?id={number}")
    assert answer.text == (
        '{"success":true,"data":[{"id":1,"produto_id":1,"venda":12.00,"compra":5.50,'
        '"usuario_id":9001,"em":"2024-01-15T10:00:00Z"}]}'
    )


@pytest.mark.parametrize(
    "path", ["serach/id?id=9", "movements?id=9", "prices?id=9", "search/id?id=9"]
)
async def test_what_never_was_is_not_found(web, path):
    answer = await web.administrator.get(f"/api/stock/{path}")
    assert answer.status_code == 404
    assert answer.json()["errors"] == ["Produto 9 não encontrado"]


@pytest.mark.parametrize(
    "path",
    [
        "serach/id",
        "serach/id?id=0",
        "serach/id?id=x",
        "serach/name",
        "serach/name?nome=",
        "serach/name?nome=%00",
        "serach/name?nome=a&x=1",
        "serach/name?nome=a&nome=b",
        "all?limit=1001",
        "all?depois=x",
        "movements?desde=2024-02-30",
        "movements?desde=2024-01-16&ate=2024-01-15",
        "prices",
    ],
)
async def test_a_question_that_cannot_be_is_refused(web, path):
    answer = await web.administrator.get(f"/api/stock/{path}")
    assert answer.status_code == 400, answer.text


async def test_a_search_finds_the_best_match_first(web):
    for name in ("Suco de açaí", "Açaí 500ml", "50% cacau"):
        await add(web, produto=name)
    answer = await web.operator.get("/api/stock/serach/name", params={"nome": "ACAI"})
    assert [product["produto"] for product in answer.json()["data"]] == [
        "Açaí 500ml",
        "Suco de açaí",
    ]
    answer = await web.operator.get("/api/stock/search/name", params={"nome": "%"})
    assert [product["produto"] for product in answer.json()["data"]] == ["50% cacau"]


@pytest.mark.parametrize("path", ["all", "low", "movements", "serach/name?nome=p"])
async def test_lists_come_in_pages(web, path):
    for number in range(3):
        await add(web, produto=f"Produto {number}", saldo=0)
    seen, query = [], "&limit=2" if "?" in path else "?limit=2"
    address = f"/api/stock/{path}{query}"
    answer = (await web.administrator.get(address)).json()
    seen += [row["id"] for row in answer["data"]]
    answer = (await web.administrator.get(address + f"&depois={answer['proximo']}")).json()
    seen += [row["id"] for row in answer["data"]]
    assert sorted(seen) == [1, 2, 3]
    assert "proximo" not in answer


@pytest.mark.parametrize(
    "path", ["/all", "/serach/id?id=1", "/search/id?id=1", "/serach/name?nome=acai"]
)
async def test_what_did_not_change_is_not_sent_again(web, path):
    number = await add(web)
    first = await web.operator.get(f"/api/stock{path}")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    asked = {"If-None-Match": first.headers["ETag"]}
    again = await web.operator.get(f"/api/stock{path}", headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other_level = await web.administrator.get(f"/api/stock{path}", headers=asked)
    assert other_level.status_code == 200
    await move(web, number, 1)
    changed = await web.operator.get(f"/api/stock{path}", headers=asked)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


async def test_an_empty_list_is_not_shared_between_levels_either(web):
    tags = {
        (await client.get("/api/stock/all")).headers["ETag"]
        for client in (web.operator, web.administrator)
    }
    assert len(tags) == 2


@pytest.mark.parametrize("path", ["low", "movements"])
async def test_other_lists_are_not_kept(web, path):
    answer = await web.administrator.get(f"/api/stock/{path}")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "insert"),
        ("POST", "update/sd"),
        ("PUT", "update/sd"),
        ("PUT", "update/product"),
        ("DELETE", "delete/1"),
        ("GET", "movements"),
        ("GET", "prices?id=1"),
    ],
)
async def test_keeping_the_stock_is_for_administrators(web, method, path):
    bodies = {"insert": ACAI, "update/sd": {"id": 1, "saldo": 1}, "update/product": {"id": 1}}
    await add(web)
    for client, status in ((web.operator, 403), (web.nobody, 401)):
        answer = await client.request(method, f"/api/stock/{path}", json=bodies.get(path))
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("path", ["all", "low", "serach/id?id=1", "serach/name?nome=a"])
async def test_looking_at_the_stock_is_for_whoever_is_signed_in(web, path):
    assert (await web.nobody.get(f"/api/stock/{path}")).status_code == 401


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 23])
async def test_a_number_that_cannot_be_is_not_found(web, number):
    answer = await web.administrator.delete(f"/api/stock/delete/{number}")
    assert answer.status_code == 404
