"""Who may do what, over HTTP: every operation, asked by everybody."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from cashhaven_domain.shared.access import Actor, UserId
from tests.adapters.litestar.described import Operation, document_of, furnish, operations
from tests.adapters.litestar.support import Web, web_shop

# The levels of the contract: `p` everybody, `u` whoever is signed in, `a` administrators.
LEVELS = {
    "POST /api/auth/login": "p",
    "POST /api/auth/register": "a",
    "POST /api/auth/logout": "u",
    "GET /api/auth/me": "u",
    "GET /api/user/all": "a",
    "DELETE /api/user/del/{}": "a",
    "PUT /api/user/update": "a",
    "POST /api/user/{}/logout": "a",
    "GET /api/client/all": "u",
    "GET /api/client/serach": "u",
    "GET /api/client/search": "u",
    "GET /api/client/serachuid": "u",
    "GET /api/client/searchuid": "u",
    "GET /api/client/find": "u",
    "POST /api/client/create": "u",
    "PUT /api/client/update": "u",
    "DELETE /api/client/delete/{}": "a",
    "GET /api/client/{}/history": "u",
    "GET /api/stock/all": "u",
    "POST /api/stock/insert": "a",
    "POST /api/stock/update/sd": "a",
    "PUT /api/stock/update/sd": "a",
    "PUT /api/stock/update/product": "a",
    "DELETE /api/stock/delete/{}": "a",
    "GET /api/stock/serach/id": "u",
    "GET /api/stock/search/id": "u",
    "GET /api/stock/serach/name": "u",
    "GET /api/stock/search/name": "u",
    "GET /api/stock/movements": "a",
    "GET /api/stock/prices": "a",
    "GET /api/stock/low": "u",
    "POST /api/sale/forsale": "u",
    "POST /api/sale/cancel": "u",
    "GET /api/sale/all": "u",
    "GET /api/order/new": "u",
    "POST /api/order/new": "u",
    "POST /api/order/create": "u",
    "GET /api/order/{}": "u",
    "GET /api/order/all": "u",
    "PUT /api/order/status": "u",
    "POST /api/order/panel": "u",
    "GET /api/order/panel": "u",
    "GET /api/param/all": "u",
    "PUT /api/param/update": "a",
    "GET /health/live": "p",
    "GET /health/ready": "p",
}
WITH_A_ONE_TIME_PASSWORD = {"POST /api/auth/logout", "GET /api/auth/me"}
WORDS = {"p": ("público",), "u": ("usuário",), "a": ("administrador", "público ou usuário")}


def line_of(operation: Operation) -> str:
    parts = ("{}" if part.startswith("{") else part for part in operation.path.split("/"))
    return f"{operation.method} {'/'.join(parts)}"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """The real application, with users: then nobody registers the first one any more."""
    async with web_shop() as served:
        first = {"nome": "Ana", "nome_usuario": "ana", "senha": "uma senha longa", "cargo": "Dona"}
        answer = await served.nobody.post("/api/auth/register", json=first)
        assert answer.status_code == 201
        await furnish(served, await document_of(served))
        yield served


async def ask_everything(web: Web, client: httpx.AsyncClient) -> dict[str, httpx.Response]:
    """Return what every operation answers; what ends accounts and sessions comes last."""
    document = await document_of(web)
    ordered = sorted(operations(document), key=lambda each: each.method == "DELETE")
    answers = {line_of(each): await each.send(client) for each in ordered}
    for line, answer in answers.items():
        assert answer.status_code < 500, f"{line}: {answer.text}"
    return answers


def refused(answers: dict[str, httpx.Response], status: int) -> set[str]:
    return {line for line, answer in answers.items() if answer.status_code == status}


def lines(*levels: str) -> set[str]:
    return {line for line, level in LEVELS.items() if level in levels}


async def test_every_operation_has_a_level_and_every_level_its_operation(web: Web):
    found = {line_of(operation) for operation in operations(await document_of(web))}
    assert found == lines("p", "u", "a")


async def test_the_description_tells_the_level(web: Web):
    for operation in operations(await document_of(web)):
        level = LEVELS[line_of(operation)]
        told = operation.content["description"].rpartition("Nível: **")[2].removesuffix("**.")
        if line_of(operation) == "PUT /api/user/update":
            assert told == "usuário"
        else:
            assert told in WORDS[level], operation.id
        assert (operation.content["security"] == []) is (level == "p")


async def test_without_a_token_only_public_things_are_done(web: Web):
    answers = await ask_everything(web, web.nobody)
    assert refused(answers, 401) == lines("u", "a") | {"POST /api/auth/login"}
    assert refused(answers, 403) == set()


async def test_with_a_wrong_token_only_public_things_are_done(web: Web):
    answers = await ask_everything(web, web.with_token("forged"))
    assert refused(answers, 403) == lines("u", "a")


async def test_an_operator_does_what_users_may(web: Web):
    answers = await ask_everything(web, web.operator)
    assert refused(answers, 403) == lines("a")
    assert refused(answers, 401) == {"POST /api/auth/login"}


async def test_an_operator_does_not_cancel_what_another_sold(web: Web):
    cancel = {"id": 1, "motivo": "Engano"}
    another = web.as_actor(Actor(user_id=UserId(77), name="Outra"))
    assert (await another.post("/api/sale/cancel", json=cancel)).status_code == 403
    assert (await web.operator.post("/api/sale/cancel", json=cancel)).status_code == 200


async def test_users_change_their_own_name_and_nothing_of_others(web: Web):
    own = web.as_actor(Actor(user_id=UserId(1), name="Ana"))
    assert (await own.put("/api/user/update", json={"id": 1, "nome": "Ana"})).status_code == 200
    assert (await own.put("/api/user/update", json={"id": 1, "adm": 1})).status_code == 403
    assert (await own.put("/api/user/update", json={"id": 2, "nome": "B"})).status_code == 403


async def test_an_administrator_does_everything(web: Web):
    answers = await ask_everything(web, web.administrator)
    assert refused(answers, 403) == set()
    assert refused(answers, 401) == {"POST /api/auth/login"}


@pytest.mark.parametrize("administrator", [False, True])
async def test_with_a_one_time_password_nothing_is_done_before_it_is_changed(
    web: Web, administrator
):
    actor = web.shop.administrator if administrator else web.shop.operator
    answers = await ask_everything(web, web.as_actor(replace(actor, must_change_password=True)))
    assert refused(answers, 403) == lines("u", "a") - WITH_A_ONE_TIME_PASSWORD
    codes = {answer.json()["code"] for answer in answers.values() if answer.status_code == 403}
    assert codes == {"PASSWORD_CHANGE_REQUIRED"}
