from cashhaven_domain.clients.client import ClientId
from tests.adapters.litestar.support import web_shop
from tests.support.selling import line, order, sell, stocked

MARIA = {"cpf": "123.456.789-00", "name": "Maria Santos", "tel": "(11) 99999-9999"}
ADDRESS = {
    "rua": "Avenida Paulista",
    "numero": "1000",
    "bairro": "Bela Vista",
    "cidade": "São Paulo",
    "uf": "SP",
    "cep": "01310-100",
}
WELL_KNOWN = MARIA | {
    "email": "maria@exemplo.com.br",
    "nascimento": "1990-05-20",
    "endereco": ADDRESS,
    "aceita_marketing": True,
}
LINE = {
    "id": 1,
    "nome": "Maria Santos",
    "cpf": "123.456.789-00",
    "telefone": "(11) 99999-9999",
    "versao": 1,
}
CARD = LINE | {
    "email": None,
    "nascimento": None,
    "endereco": None,
    "aceita_marketing": False,
    "criado_em": "2024-01-15T10:00:00Z",
    "atualizado_em": "2024-01-15T10:00:00Z",
}
FULL_CARD = CARD | {
    name: WELL_KNOWN[name] for name in ("email", "nascimento", "endereco", "aceita_marketing")
}


async def create(web, **changes):
    return await web.operator.post("/api/client/create", json=MARIA | changes)


def errors_of(answer):
    body = answer.json()
    assert body["success"] is False
    return body["code"], body["errors"]


async def test_a_client_is_created_as_the_specification_says():
    async with web_shop() as web:
        answer = await create(web)
    assert answer.status_code == 201
    assert answer.json() == {"success": True, "data": CARD}
    assert answer.headers["cache-control"] == "no-store"


async def test_all_that_is_known_of_a_client_comes_back():
    async with web_shop() as web:
        answer = await create(web, **WELL_KNOWN)
        assert answer.json()["data"] == FULL_CARD
        for path in (
            "/api/client/serach?cpf=12345678900",
            "/api/client/search?cpf=123.456.789-00",
            "/api/client/serachuid?id=1",
            "/api/client/serachuid?uid=1",
            "/api/client/searchuid?id=1",
        ):
            answer = await web.operator.get(path)
            assert answer.status_code == 200, path
            assert answer.json() == {"success": True, "data": FULL_CARD}
            assert answer.headers["cache-control"] == "no-store"


async def test_name_and_telephone_have_two_names_each():
    async with web_shop() as web:
        answer = await web.operator.post(
            "/api/client/create",
            json={"cpf": "12345678900", "nome": "Maria Santos", "telefone": "11999999999"},
        )
        assert (answer.status_code, answer.json()["data"]) == (201, CARD)
        for changes in ({"name": "Ana"}, {"tel": "(21) 3333-4444"}, {"nome": "Bia"}):
            answer = await web.operator.put("/api/client/update", json={"id": 1} | changes)
            assert answer.status_code == 200
        data = answer.json()["data"]
        assert (data["nome"], data["telefone"]) == ("Bia", "(21) 3333-4444")


async def test_both_names_at_once_are_refused():
    async with web_shop() as web:
        answer = await create(web, nome="Maria", telefone="11999999999")
        assert answer.status_code == 400
        _, errors = errors_of(answer)
        assert len(errors) == 2
        answer = await web.operator.put(
            "/api/client/update", json={"id": 1, "nome": "A", "name": "B"}
        )
        assert answer.status_code == 400


async def test_every_bad_field_is_named_at_once():
    wrong = {
        "cpf": "123",
        "name": " ",
        "tel": "999",
        "email": "maria",
        "nascimento": "1899-12-31",
        "endereco": {"rua": "", "uf": "XX", "cep": "1", "pais": "BR"},
        "aceita_marketing": 2,
        "apelido": "Mari",
    }
    async with web_shop() as web:
        answer = await web.operator.post("/api/client/create", json=wrong)
    assert answer.status_code == 400
    _, errors = errors_of(answer)
    named = {error.partition(":")[0] for error in errors}
    assert named == {
        "cpf",
        "name",
        "tel",
        "email",
        "nascimento",
        "endereco.rua",
        "endereco.numero",
        "endereco.bairro",
        "endereco.cidade",
        "endereco.uf",
        "endereco.cep",
        "endereco.pais",
        "aceita_marketing",
        "apelido",
    }


async def test_texts_must_be_texts():
    async with web_shop() as web:
        answer = await create(web, email=1, endereco=ADDRESS | {"uf": 2})
    assert (answer.status_code, errors_of(answer)[1]) == (
        400,
        ["email: deve ser um texto", "endereco.uf: deve ser um texto"],
    )


async def test_what_is_required_must_be_sent():
    async with web_shop() as web:
        answer = await web.operator.post("/api/client/create", json={})
    _, errors = errors_of(answer)
    assert {error.partition(":")[0] for error in errors} == {"cpf", "name", "tel"}


async def test_null_is_as_good_as_nothing_when_creating():
    async with web_shop() as web:
        optional = dict.fromkeys(["email", "nascimento", "endereco", "aceita_marketing"])
        answer = await create(web, **optional)
    assert (answer.status_code, answer.json()["data"]) == (201, CARD)


async def test_a_birth_in_the_future_is_refused():
    async with web_shop() as web:
        answer = await create(web, nascimento="2024-01-16")
    assert (answer.status_code, errors_of(answer)[1]) == (
        400,
        ["nascimento: não pode ser no futuro"],
    )


async def test_a_house_number_may_be_a_number():
    async with web_shop() as web:
        answer = await create(web, endereco=ADDRESS | {"numero": 1000})
    assert answer.json()["data"]["endereco"]["numero"] == "1000"


async def test_a_second_client_with_the_cpf_is_a_conflict():
    async with web_shop() as web:
        await create(web)
        answer = await create(web, cpf="12345678900", name="Outra")
    assert answer.status_code == 409
    assert errors_of(answer) == ("DUPLICATE_CPF", ["cpf: já existe um cliente com este CPF"])


async def test_a_repeated_request_gets_the_first_reply_again():
    async with web_shop() as web:
        headers = {"Idempotency-Key": "till-1/1"}
        first = await web.operator.post("/api/client/create", json=MARIA, headers=headers)
        await web.operator.put("/api/client/update", json={"id": 1, "nome": "Ana"})
        again = await web.operator.post("/api/client/create", json=MARIA, headers=headers)
        assert (again.status_code, again.json()) == (201, first.json())
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        other = await web.operator.post(
            "/api/client/create", json=MARIA | {"name": "Ana"}, headers=headers
        )
        assert other.status_code == 422


async def test_clients_are_listed_in_pages():
    async with web_shop() as web:
        for number in range(3):
            await create(web, cpf=f"{number:011}")
        answer = await web.operator.get("/api/client/all")
        assert [item["id"] for item in answer.json()["data"]] == [1, 2, 3]
        assert set(answer.json()["data"][0]) == set(LINE)
        assert "proximo" not in answer.json()
        assert answer.headers["cache-control"] == "no-store"
        first = (await web.operator.get("/api/client/all?limit=2")).json()
        rest = await web.operator.get(
            "/api/client/all", params={"limit": 2, "depois": first["proximo"]}
        )
        assert [item["id"] for item in rest.json()["data"]] == [3]


async def test_clients_are_found_by_name_and_by_number():
    async with web_shop() as web:
        await create(web, name="José da Silva")
        await create(web, cpf="529.982.247-25", tel="(21) 98765-4321", name="Ana")
        for text, numbers in (("jose", [1]), ("4725", [2]), ("98765-4321", []), ("%", [])):
            answer = await web.operator.get("/api/client/find", params={"q": text})
            assert answer.status_code == 200
            assert [item["id"] for item in answer.json()["data"]] == numbers, text
            assert answer.headers["cache-control"] == "no-store"
        answer = await web.operator.get("/api/client/find", params={"q": "a", "limit": 1})
        assert answer.json()["proximo"]


async def test_a_search_needs_something_to_look_for():
    async with web_shop() as web:
        for path in ("/api/client/find", "/api/client/find?q=", "/api/client/find?q=%20"):
            answer = await web.operator.get(path)
            assert answer.status_code == 400
            assert errors_of(answer)[1][0].startswith("q: ")


async def test_who_is_not_there_is_not_found():
    async with web_shop() as web:
        for path in (
            "/api/client/serach?cpf=12345678900",
            "/api/client/serachuid?id=1",
            "/api/client/1/history",
        ):
            answer = await web.operator.get(path)
            assert answer.status_code == 404
            assert errors_of(answer) == ("CLIENT_NOT_FOUND", ["Cliente não encontrado"])
        answer = await web.operator.put("/api/client/update", json={"id": 1})
        assert answer.status_code == 404
        answer = await web.administrator.delete("/api/client/delete/1")
        assert answer.status_code == 404


async def test_bad_queries_are_refused():
    async with web_shop() as web:
        for path in (
            "/api/client/serach",
            "/api/client/serach?cpf=123",
            "/api/client/serachuid",
            "/api/client/serachuid?id=0",
            "/api/client/serachuid?id=1&uid=1",
            "/api/client/serachuid?id=x",
            "/api/client/all?limit=0",
            "/api/client/all?nome=maria",
        ):
            assert (await web.operator.get(path)).status_code == 400, path


async def test_only_what_is_sent_changes():
    async with web_shop() as web:
        await create(web, **WELL_KNOWN)
        answer = await web.operator.put(
            "/api/client/update", json={"id": 1, "nome": "Maria Silva", "versao": 1}
        )
        assert answer.status_code == 200
        assert answer.json() == {
            "success": True,
            "message": "Cliente atualizado",
            "data": FULL_CARD | {"nome": "Maria Silva", "versao": 2},
        }


async def test_null_clears_what_is_optional_and_nothing_else():
    async with web_shop() as web:
        await create(web, **WELL_KNOWN)
        optional = dict.fromkeys(["email", "nascimento", "endereco", "aceita_marketing"])
        answer = await web.operator.put("/api/client/update", json={"id": 1} | optional)
        assert answer.json()["data"] == CARD | {"versao": 2}
        for name in ("nome", "telefone", "cpf"):
            answer = await web.operator.put("/api/client/update", json={"id": 1, name: None})
            assert answer.status_code == 400
            assert errors_of(answer)[1] == [f"{name}: não pode ser nulo"]


async def test_a_stale_form_changes_nothing():
    async with web_shop() as web:
        await create(web)
        await web.operator.put("/api/client/update", json={"id": 1, "nome": "Ana", "versao": 1})
        answer = await web.operator.put(
            "/api/client/update", json={"id": 1, "nome": "Bia", "versao": 1}
        )
        assert answer.status_code == 409
        assert errors_of(answer)[0] == "STALE_VERSION"
        answer = await web.operator.get("/api/client/serachuid?id=1")
        assert answer.json()["data"]["nome"] == "Ana"


async def test_only_administrators_remove_clients():
    async with web_shop() as web:
        await create(web)
        assert (await web.operator.delete("/api/client/delete/1")).status_code == 403
        answer = await web.administrator.delete("/api/client/delete/1")
        assert answer.status_code == 200
        assert answer.json() == {"success": True, "message": "Cliente removido"}
        assert (await web.operator.get("/api/client/serachuid?id=1")).status_code == 404


async def test_nobody_sees_clients_without_signing_in():
    async with web_shop() as web:
        for path in ("/api/client/all", "/api/client/find?q=maria", "/api/client/1/history"):
            assert (await web.nobody.get(path)).status_code == 401


async def test_a_history_without_purchases_is_empty():
    async with web_shop() as web:
        await create(web)
        answer = await web.operator.get("/api/client/1/history")
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "cliente_id": 1,
        "vendas": [],
        "pedidos": [],
        "totais": {
            "vendas": {"quantidade": 0, "total": 0},
            "pedidos": {"quantidade": 0, "total": 0},
            "quantidade": 0,
            "total": 0,
        },
        "ultima_visita": None,
        "ticket_medio": None,
    }


async def test_a_history_shows_what_the_client_bought_and_outlives_them():
    async with web_shop() as web:
        await create(web)
        product_id = await stocked(web.shop)
        await sell(web.shop, product_id, client_id=ClientId(1))
        await order(web.shop, line(product_id, 2), client_id=ClientId(1))
        before = await web.operator.get("/api/client/1/history")
        answer = await web.administrator.delete("/api/client/delete/1")
        assert answer.json() == {
            "success": True,
            "message": "Cliente anonimizado; o histórico foi mantido",
        }
        after = await web.operator.get("/api/client/1/history")
        assert before.json() == after.json()
        data = after.json()["data"]
        left = await web.operator.get("/api/client/serachuid?id=1")
        assert left.json()["data"] == CARD | {
            "nome": "Cliente anônimo",
            "cpf": None,
            "telefone": None,
            "versao": 2,
        }
    (sale,) = data["vendas"]
    assert sale == {
        "id": 1,
        "produto_id": 1,
        "quantidade": 1,
        "preco_unitario": 12.0,
        "total": 12.0,
        "em": "2024-01-15T10:00:00Z",
        "cancelada": False,
    }
    (placed,) = data["pedidos"]
    assert (placed["status"], placed["total"], placed["cancelado"]) == ("recebido", 24.0, False)
    assert data["totais"] == {
        "vendas": {"quantidade": 1, "total": 12.0},
        "pedidos": {"quantidade": 1, "total": 24.0},
        "quantidade": 2,
        "total": 36.0,
    }
    assert (data["ultima_visita"], data["ticket_medio"]) == ("2024-01-15T10:00:00Z", 18.0)
