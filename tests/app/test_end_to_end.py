"""A real server process on each engine, asked with the specification's own examples."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.support.server_process import ServerProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SIGN_IN = {"usuario": "admin", "senha": "goiabada com queijo"}
FIRST_USER = {
    "nome": "Administrador",
    "nome_usuario": "admin",
    "senha": SIGN_IN["senha"],
    "cargo": "Administrador",
    "adm": 0,
}
CLIENT = {"cpf": "123.456.789-00", "name": "Maria Santos", "tel": "(11) 99999-9999"}
PRODUCT = {
    "produto": "Açaí 500ml",
    "compra": 5.50,
    "venda": 12.00,
    "saldo": 100,
    "fornecedor": "Fornecedor ABC",
}
SALE = {
    "id": 1,
    "venda": 12.00,
    "inicio": "2024-01-15T10:00:00Z",
    "fim": "2024-01-15T10:05:00Z",
}
ORDER = {
    "cliente_id": 1,
    "items": [{"produto_id": 1, "quantidade": 2, "preco_unitario": 12.00}],
    "total": 24.00,
    "observacoes": "Sem açúcar",
}
ACCESS_KEY = "35240111222333000181650010000000011123456780"


@dataclass
class Caller:
    """Whoever calls the API, signed in or not."""

    http: httpx.AsyncClient
    token: str | None = None

    async def ask(self, method: str, path: str, status: int, **content: Any) -> Any:
        """Return the answer to a request, which must have this status and the envelope."""
        headers = content.pop("headers", {})
        if self.token is not None:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        reply = await self.http.request(method, path, headers=headers, **content)
        assert reply.status_code == status, f"{method} {path}: {reply.status_code} {reply.text}"
        answer = reply.json()
        assert answer["success"] is (status < 400)
        if status >= 400:
            assert answer["errors"]
            assert answer["code"]
            assert answer["request_id"] == reply.headers["X-Request-ID"]
        return answer

    async def get(self, path: str, status: int = 200, **params: Any) -> Any:
        return await self.ask("GET", path, status, params=params)

    async def post(self, path: str, body: Any, status: int = 201, *, key: str | None = None) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.ask("POST", path, status, json=body, headers=headers)

    async def put(self, path: str, body: Any, status: int = 200) -> Any:
        return await self.ask("PUT", path, status, json=body)


@pytest_asyncio.fixture
async def server(sql_engine, request, tmp_path) -> AsyncIterator[ServerProcess]:
    """Run `cashhaven serve` over an empty database of this engine."""
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'shop.db'}"}
    database = None
    if sql_engine != "sqlite":
        database = request.getfixturevalue(f"{sql_engine}_server")
        settings = {"DATABASE_URL": database.create_database()}
    async with ServerProcess(tmp_path, settings) as process:
        yield process
    if database is not None:
        database.drop_database(settings["DATABASE_URL"])


@pytest_asyncio.fixture
async def nobody(server) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as http:
        yield Caller(http)


async def signed_in(nobody: Caller) -> Caller:
    answer = await nobody.post("/api/auth/login", SIGN_IN, 200)
    return Caller(nobody.http, answer["token"])


async def test_the_main_job_from_an_empty_shop(nobody):
    """The replies are the specification's, word for word where it shows them."""
    await nobody.get("/api/stock/all", 401)
    assert await nobody.post("/api/auth/register", FIRST_USER) == {
        "success": True,
        "message": "Usuário cadastrado com sucesso",
    }
    await nobody.post("/api/auth/register", {**FIRST_USER, "nome_usuario": "outro"}, 401)
    await nobody.post("/api/auth/login", {**SIGN_IN, "senha": "errada"}, 401)
    answer = await nobody.post("/api/auth/login", SIGN_IN, 200)
    admin = Caller(nobody.http, answer.pop("token"))
    expiration = datetime.fromisoformat(answer.pop("expiration"))
    assert abs(expiration - datetime.now(UTC) - timedelta(hours=12)) < timedelta(minutes=1)
    assert answer == {
        "success": True,
        "nome": "ADMINISTRADOR",
        "id": 1,
        "cargo": "Administrador",
        "adm": 1,
    }
    (user,) = (await admin.get("/api/user/all"))["data"]
    assert user.pop("versao") == 1
    assert user == {
        "id": 1,
        "nome": "Administrador",
        "usuario": "admin",
        "cargo": "Administrador",
        "adm": 1,
    }

    client = (await admin.post("/api/client/create", CLIENT))["data"]
    listed = {"id": 1, "nome": "Maria Santos", "cpf": CLIENT["cpf"], "telefone": CLIENT["tel"]}
    assert client.items() >= listed.items()
    assert (await admin.get("/api/client/all"))["data"][0].items() >= listed.items()
    found = await admin.get("/api/client/serach", cpf="123.456.789-00")
    assert found["data"].items() >= listed.items()
    await admin.post("/api/client/create", CLIENT, 409)

    product = (await admin.post("/api/stock/insert", PRODUCT))["data"]
    assert product.items() >= {"id": 1, **PRODUCT}.items()
    (line,) = (await admin.get("/api/stock/all"))["data"]
    assert line.items() >= {"id": 1, **PRODUCT, "margem": 54.17, "estoque_baixo": False}.items()
    (line,) = (await admin.get("/api/stock/serach/name", nome="acai"))["data"]
    assert line["id"] == 1

    sale = (await admin.post("/api/sale/forsale", SALE))["data"]
    assert sale.items() >= {"produto_id": 1, "total": 12, "saldo": 99, "quantidade": 1}.items()
    assert sale["duracao_segundos"] == 300

    order = (await admin.post("/api/order/create", ORDER))["data"]
    assert order["id"] == order["pedido"]
    assert (order["status"], order["total"], order["observacoes"]) == ("recebido", 24, "Sem açúcar")
    assert order["items"][0].items() >= {"produto": "Açaí 500ml", "quantidade": 2}.items()
    for status in ("em_preparo", "pronto", "entregue"):
        moved = await admin.put("/api/order/status", {"id": order["id"], "status": status})
        assert moved["data"]["status"] == status
    await admin.put("/api/order/status", {"id": order["id"], "status": "recebido"}, 409)

    paper = {"pedido": order["id"], "uuid": "0a1b", "status": "processamento"}
    assert (await admin.post("/api/order/panel", paper))["data"]["status"] == "processando"
    paper |= {"status": "aprovado", "nfe": 17, "serie": "1", "modelo": 65}
    assert (await admin.post("/api/order/panel", paper))["data"]["nfe"] == "17"
    late = await admin.post("/api/order/panel", {**paper, "status": "reprovado"}, 200)
    assert late["data"]["status"] == "aprovado"
    (entry,) = (await admin.get(f"/api/order/{order['id']}"))["data"]["fiscal"]
    assert entry["uuid"] == "0a1b"

    assert (await admin.get("/api/stock/serach/id", id=1))["data"]["saldo"] == 97
    movements = (await admin.get("/api/stock/movements", id=1))["data"]
    assert [each["tipo"] for each in movements] == ["pedido", "venda", "abertura"]
    assert sum(each["quantidade"] for each in movements) == 97

    parameters = (await admin.get("/api/param/all"))["data"]
    minimum = next(each for each in parameters if each["parametro"] == "estoque_minimo")
    await admin.put("/api/param/update", [{"id": minimum["id"], "valor": 97}])
    (low,) = (await admin.get("/api/stock/low"))["data"]
    assert (low["id"], low["estoque_baixo"]) == (1, True)


async def test_an_operator_does_what_operators_may(nobody):
    await nobody.post("/api/auth/register", FIRST_USER)
    admin = await signed_in(nobody)
    person = {"nome": "Bia", "nome_usuario": "bia", "senha": "rapadura de leite", "cargo": "Caixa"}
    await admin.post("/api/auth/register", person)
    await admin.post("/api/stock/insert", PRODUCT)
    answer = await nobody.post("/api/auth/login", {"usuario": "BIA", "senha": person["senha"]}, 200)
    bia = Caller(nobody.http, answer["token"])

    await bia.get("/api/user/all", 403)
    await bia.post("/api/stock/insert", PRODUCT, 403)
    (line,) = (await bia.get("/api/stock/all"))["data"]
    assert not {"compra", "margem"} & line.keys()
    refused = await bia.post("/api/sale/forsale", {**SALE, "venda": 11}, 409)
    assert refused["code"] == "PRICE_CHANGED"
    sale = (await bia.post("/api/sale/forsale", SALE))["data"]
    assert sale["operador_id"] == 2
    cancelled = await bia.post("/api/sale/cancel", {"id": sale["id"], "motivo": "troca"}, 200)
    assert cancelled["data"]["cancelada"]["usuario_id"] == 2
    await bia.post("/api/sale/cancel", {"id": sale["id"], "motivo": "troca"}, 409)
    await bia.post("/api/auth/logout", {}, 200)
    await bia.get("/api/stock/all", 403)


async def test_the_last_pieces_are_sold_once(nobody):
    await nobody.post("/api/auth/register", FIRST_USER)
    admin = await signed_in(nobody)
    await admin.post("/api/stock/insert", {**PRODUCT, "saldo": 5})

    async def sell(number: int) -> int:
        headers = {"Authorization": f"Bearer {admin.token}", "Idempotency-Key": f"till-{number}"}
        reply = await admin.http.post("/api/sale/forsale", json=SALE, headers=headers)
        if reply.status_code == 409:
            assert reply.json()["detalhes"]["itens"] == [{"produto_id": 1, "saldo": 0}]
        return reply.status_code

    codes = await asyncio.gather(*(sell(number) for number in range(12)))

    assert sorted(codes) == [201] * 5 + [409] * 7
    assert (await admin.get("/api/stock/serach/id", id=1))["data"]["saldo"] == 0


async def test_a_repeated_request_is_answered_once_also_after_a_restart(server, nobody):
    await nobody.post("/api/auth/register", FIRST_USER)
    admin = await signed_in(nobody)
    await admin.post("/api/client/create", CLIENT)
    await admin.post("/api/stock/insert", PRODUCT)
    first = await admin.post("/api/order/create", ORDER, key="one-order")
    await admin.post(
        "/api/order/create", {**ORDER, "observacoes": "Com açúcar"}, 422, key="one-order"
    )

    server.kill()
    await server.start()
    second = await admin.post("/api/order/create", ORDER, key="one-order")

    assert second == first
    assert len((await admin.get("/api/order/all"))["data"]) == 1
    number = (await admin.get("/api/order/new"))["data"]["pedido"]
    assert number > first["data"]["pedido"]


async def test_a_stopped_server_ends_well_and_has_kept_everything(server, nobody):
    await nobody.post("/api/auth/register", FIRST_USER)
    admin = await signed_in(nobody)
    await admin.post("/api/stock/insert", PRODUCT)

    assert await server.stop() == 0
    await server.start()

    assert len((await admin.get("/api/stock/all"))["data"]) == 1
