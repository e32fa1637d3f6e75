"""Who gets in, and who is asked first."""

import pytest

from cashhaven_domain.shared.access import Actor, UserId
from tests.adapters.litestar.support import Web


async def test_a_good_token_brings_its_actor(web: Web):
    assert (await web.operator.get("/probe/me")).json()["data"] == "Operadora"


async def test_another_token_is_refused_as_forbidden(web: Web):
    answer = await web.with_token("stolen").get("/probe/me")
    assert answer.status_code == 403
    assert answer.json()["code"] == "ACCESS_DENIED"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Basic dTpw"},
        {"Authorization": "token-of-9002"},
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
    ],
)
async def test_what_brings_no_token_is_not_signed_in(web: Web, headers):
    answer = await web.nobody.get("/probe/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_scheme_is_read_in_any_case(web: Web):
    web.as_actor(web.shop.operator)
    (token,) = web.tokens.actors
    answer = await web.nobody.get("/probe/me", headers={"Authorization": f"bearer {token}"})
    assert answer.status_code == 200


async def test_a_token_is_not_looked_at_where_none_is_needed(web: Web):
    assert (await web.with_token("stolen").post("/probe/act")).status_code == 200


async def test_who_asks_is_found_out_before_anything_is_read(web: Web):
    assert (await web.nobody.get("/probe/serach?x=1")).status_code == 401
    assert (
        await web.nobody.post("/probe/once", headers={"Idempotency-Key": ""})
    ).status_code == 401


async def test_some_routes_take_anybody_and_look_who_it_is(web: Web):
    assert (await web.nobody.get("/probe/perhaps")).json()["data"] == "nobody"
    assert (await web.operator.get("/probe/perhaps")).json()["data"] == "Operadora"
    assert (await web.with_token("stolen").get("/probe/perhaps")).status_code == 403


async def test_an_actor_is_whom_the_token_names_now(web: Web):
    other = web.as_actor(Actor(user_id=UserId(5), name="Outra"))
    assert (await other.get("/probe/me")).json()["data"] == "Outra"
