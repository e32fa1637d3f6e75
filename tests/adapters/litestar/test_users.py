"""Accounts and sessions on the wire, with real tokens."""

import pytest

from cashhaven_app.testing import open_shop
from tests.adapters.litestar.support import web_shop

GOOD = "trem azul 47"
BETTER = "pato verde 58"
DONA = {"nome": "Maria da Silva", "nome_usuario": "Maria", "senha": GOOD, "cargo": "Dona"}
CAIXA = {"nome": "João", "nome_usuario": "joão", "senha": GOOD, "cargo": "Caixa"}


@pytest.fixture
async def web():
    async with web_shop(real_sign_in=True) as web:
        yield web


async def sign_in(web, username, password=GOOD):
    answer = await web.nobody.post("/api/auth/login", json={"usuario": username, "senha": password})
    assert answer.status_code == 200, answer.text
    return web.with_token(answer.json()["token"])


@pytest.fixture
async def dona(web):
    answer = await web.nobody.post("/api/auth/register", json=DONA)
    assert answer.status_code == 201, answer.text
    return await sign_in(web, "maria")


@pytest.fixture
async def caixa(web, dona):
    answer = await dona.post("/api/auth/register", json=CAIXA)
    assert answer.status_code == 201, answer.text
    return await sign_in(web, "JOÃO")


async def assert_ended(client):
    answer = await client.get("/api/auth/me")
    assert answer.status_code == 403
    assert answer.json()["code"] == "INVALID_TOKEN"


async def test_the_first_user_registers_without_a_token(web):
    answer = await web.nobody.post("/api/auth/register", json=DONA | {"adm": 0})
    assert answer.status_code == 201
    assert answer.json() == {"success": True, "message": "Usuário cadastrado com sucesso"}
    answer = await web.nobody.post("/api/auth/register", json=CAIXA)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "NOT_SIGNED_IN"


async def test_the_first_user_in_production_shows_the_setup_code():
    async with web_shop(shop=open_shop(setup_code="ABCD-1234"), real_sign_in=True) as web:
        for headers in ({}, {"X-Setup-Code": "ABCD-1235"}):
            answer = await web.nobody.post("/api/auth/register", json=DONA, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["code"] == "SETUP_CODE_REQUIRED"
        headers = {"X-Setup-Code": "ABCD-1234"}
        answer = await web.nobody.post("/api/auth/register", json=DONA, headers=headers)
        assert answer.status_code == 201


async def test_the_reply_to_a_sign_in_is_as_the_contract_says(web, dona):
    answer = await web.nobody.post("/api/auth/login", json={"usuario": " MARIA ", "senha": GOOD})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    reply = answer.json()
    assert isinstance(reply.pop("token"), str)
    assert reply == {
        "success": True,
        "expiration": "2024-01-15T22:00:00Z",
        "nome": "MARIA DA SILVA",
        "id": 1,
        "cargo": "Dona",
        "adm": 1,
    }


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(web, dona):
    answers = [
        await web.nobody.post(
            "/api/auth/login",
            json={"usuario": username, "senha": password},
            headers={"X-Request-ID": "same"},
        )
        for username, password in (("maria", BETTER), ("ninguem", BETTER), ("x" * 120, BETTER))
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    headers = [sorted(answer.headers.items()) for answer in answers]
    assert headers[0] == headers[1] == headers[2]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert answers[0].json()["errors"] == ["Usuário ou senha incorretos"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, ["usuario: é obrigatório", "senha: é obrigatório"]),
        ({"usuario": "a", "senha": "b", "lembrar": True}, ["lembrar: campo desconhecido"]),
        ({"usuario": 5, "senha": None}, ["usuario: deve ser um texto", "senha: não pode ser nulo"]),
    ],
)
async def test_an_unreadable_sign_in_names_every_field(web, body, errors):
    answer = await web.nobody.post("/api/auth/login", json=body)
    assert answer.status_code == 400
    assert sorted(error.partition(":")[0] for error in answer.json()["errors"]) == sorted(
        error.partition(":")[0] for error in errors
    )


async def test_who_is_signed_in_is_shown(dona, caixa):
    assert (await dona.get("/api/auth/me")).json() == {
        "success": True,
        "data": {
            "id": 1,
            "nome": "Maria da Silva",
            "usuario": "Maria",
            "cargo": "Dona",
            "adm": 1,
            "versao": 1,
        },
    }
    assert (await caixa.get("/api/auth/me")).json()["data"]["adm"] == 0


async def test_users_are_listed_to_administrators(dona, caixa):
    reply = (await dona.get("/api/user/all")).json()
    assert [user["usuario"] for user in reply["data"]] == ["Maria", "joão"]
    page = (await dona.get("/api/user/all?limit=1")).json()
    assert len(page["data"]) == 1
    rest = (await dona.get(f"/api/user/all?limit=1&depois={page['proximo']}")).json()
    assert rest["data"] == reply["data"][1:]
    assert "proximo" not in rest
    assert (await caixa.get("/api/user/all")).status_code == 403


async def test_an_operator_registers_nobody(caixa):
    answer = await caixa.post("/api/auth/register", json=DONA | {"nome_usuario": "nova"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "ACCESS_DENIED"


async def test_a_bad_token_registers_nobody_even_first(web):
    answer = await web.with_token("stolen").post("/api/auth/register", json=DONA)
    assert answer.status_code == 403


async def test_a_name_is_taken_once(dona):
    answer = await dona.post("/api/auth/register", json=CAIXA | {"nome_usuario": "MARIA"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "USERNAME_TAKEN"


async def test_everything_wrong_with_a_registration_is_named(dona):
    answer = await dona.post(
        "/api/auth/register",
        json={"nome": "", "nome_usuario": "x" * 65, "senha": 8, "adm": 2, "admin": 1},
    )
    assert answer.status_code == 400
    fields = [error.partition(":")[0] for error in answer.json()["errors"]]
    assert sorted(fields) == ["adm", "admin", "cargo", "nome", "nome_usuario", "senha"]


async def test_a_weak_password_is_refused_with_its_reasons(dona):
    answer = await dona.post("/api/auth/register", json=CAIXA | {"senha": "1234567"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "WEAK_PASSWORD"
    assert answer.json()["errors"][0] == "senha: deve ter pelo menos 8 caracteres"


async def test_signing_out_ends_this_token(web, dona):
    other = await sign_in(web, "maria")
    answer = await dona.post("/api/auth/logout")
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    await assert_ended(dona)
    assert (await other.get("/api/auth/me")).status_code == 200


async def test_signing_out_everywhere_ends_all_tokens(web, dona, caixa):
    other = await sign_in(web, "maria")
    assert (await dona.post("/api/auth/logout", json={"todas": True})).status_code == 200
    await assert_ended(dona)
    await assert_ended(other)
    assert (await caixa.get("/api/auth/me")).status_code == 200


async def test_an_administrator_ends_all_sessions_of_a_user(dona, caixa):
    assert (await caixa.post("/api/user/1/logout")).status_code == 403
    assert (await dona.post("/api/user/77/logout")).status_code == 404
    assert (await dona.post("/api/user/2/logout")).status_code == 200
    await assert_ended(caixa)


async def test_a_removed_user_is_out_at_once(web, dona, caixa):
    assert (await caixa.delete("/api/user/del/1")).status_code == 403
    answer = await dona.delete("/api/user/del/2")
    assert answer.json() == {"success": True, "message": "Usuário removido com sucesso"}
    await assert_ended(caixa)
    assert (await dona.delete("/api/user/del/2")).status_code == 404
    assert (await dona.post("/api/auth/register", json=CAIXA)).status_code == 201


async def test_neither_oneself_nor_the_last_administrator_is_removed(dona):
    answer = await dona.delete("/api/user/del/1")
    assert answer.status_code == 409
    assert answer.json()["code"] == "OWN_ACCOUNT_REMOVAL"
    answer = await dona.put("/api/user/update", json={"id": 1, "adm": 0})
    assert answer.status_code == 409
    assert answer.json()["code"] == "LAST_ADMINISTRATOR"


async def test_only_what_is_sent_changes(dona, caixa):
    answer = await dona.put("/api/user/update", json={"id": 2, "cargo": "Gerente", "versao": 1})
    assert answer.json()["success"] is True
    users = (await dona.get("/api/user/all")).json()["data"]
    assert users[1] == {
        "id": 2,
        "nome": "João",
        "usuario": "joão",
        "cargo": "Gerente",
        "adm": 0,
        "versao": 2,
    }
    answer = await dona.put("/api/user/update", json={"id": 2, "cargo": "Caixa", "versao": 1})
    assert answer.status_code == 409
    assert answer.json()["code"] == "STALE_VERSION"


@pytest.mark.parametrize("field", ["nome", "cargo", "adm", "senha", "user"])
async def test_nothing_of_an_account_can_be_cleared(dona, field):
    answer = await dona.put("/api/user/update", json={"id": 1, field: None})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(f"{field}: ")


async def test_rights_count_from_the_next_request(dona, caixa):
    assert (await caixa.get("/api/user/all")).status_code == 403
    await dona.put("/api/user/update", json={"id": 2, "adm": True})
    assert (await caixa.get("/api/user/all")).status_code == 200
    await dona.put("/api/user/update", json={"id": 2, "adm": 0})
    assert (await caixa.get("/api/user/all")).status_code == 403


async def test_users_change_their_own_name_and_password_only(web, caixa):
    assert (await caixa.put("/api/user/update", json={"id": 2, "nome": "Zé"})).status_code == 200
    for change in ({"id": 2, "adm": 1}, {"id": 2, "cargo": "x"}, {"id": 1, "nome": "x"}):
        assert (await caixa.put("/api/user/update", json=change)).status_code == 403
    change = {"id": 2, "senha": BETTER}
    assert (await caixa.put("/api/user/update", json=change)).status_code == 400
    answer = await caixa.put("/api/user/update", json=change | {"senha_atual": "errada"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "WRONG_PASSWORD"
    answer = await caixa.put("/api/user/update", json=change | {"senha_atual": GOOD})
    assert answer.status_code == 200
    await assert_ended(caixa)
    await sign_in(web, "joão", BETTER)


async def test_a_one_time_password_must_be_changed_before_anything_else(web, dona, caixa):
    change = {"id": 2, "senha": BETTER, "provisoria": True}
    assert (await dona.put("/api/user/update", json=change)).status_code == 200
    await assert_ended(caixa)
    answer = await web.nobody.post("/api/auth/login", json={"usuario": "joão", "senha": BETTER})
    assert answer.json()["trocar_senha"] is True
    client = web.with_token(answer.json()["token"])
    for path in ("/api/param/all", "/api/stock/all", "/api/user/all"):
        answer = await client.get(path)
        assert answer.status_code == 403
        assert answer.json()["code"] == "PASSWORD_CHANGE_REQUIRED"
    assert (await client.get("/api/auth/me")).status_code == 200
    change = {"id": 2, "senha": GOOD, "senha_atual": BETTER}
    assert (await client.put("/api/user/update", json=change)).status_code == 200
    client = await sign_in(web, "joão", GOOD)
    assert (await client.get("/api/param/all")).status_code == 200


async def test_who_must_change_the_password_may_leave(web, dona):
    user = CAIXA | {"provisoria": True}
    assert (await dona.post("/api/auth/register", json=user)).status_code == 201
    client = await sign_in(web, "joão")
    assert (await client.post("/api/auth/logout")).status_code == 200
    await assert_ended(client)


@pytest.mark.parametrize("path", ["/api/user/all", "/api/auth/me", "/api/param/all"])
async def test_without_a_token_nobody_sees_anything(web, path):
    answer = await web.nobody.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_no_reply_shows_a_hash(web, dona, caixa):
    for path in ("/api/user/all", "/api/auth/me"):
        assert "hash" not in (await dona.get(path)).text
        assert "senha" not in (await dona.get(path)).text
