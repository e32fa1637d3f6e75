"""What failures become: one envelope, the status of the family, and nobody's secrets."""

import json

import httpx
import pytest
from structlog.testing import capture_logs

from cashhaven_domain.shared.errors import (
    AccessDenied,
    Conflict,
    DomainError,
    InvalidInput,
    KeyReused,
    LimitExceeded,
    NotFound,
    NotSignedIn,
    OperationInUse,
    OutcomeUnknown,
    StaleAggregate,
    StorageBusy,
    StorageFull,
)
from tests.adapters.litestar.conftest import Deed
from tests.adapters.litestar.probe import Clash
from tests.adapters.litestar.support import Web


def assert_envelope(answer: httpx.Response, status: int, code: str) -> dict:
    """Look whether a failure says all that a failure must say."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is False
    assert body["code"] == code
    assert body["errors"]
    assert all(isinstance(sentence, str) and sentence for sentence in body["errors"])
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body.keys() - {"detalhes"} == {"success", "errors", "code", "request_id"}
    assert answer.headers["Content-Type"] == "application/json"
    return body


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("a: não", "b: não"), 400),
        (NotSignedIn("Usuário ou senha incorretos"), 401),
        (AccessDenied(), 403),
        (NotFound("Não há"), 404),
        (Conflict("Já existe"), 409),
        (StaleAggregate(), 409),
        (OperationInUse(), 409),
        (KeyReused(), 422),
        (LimitExceeded("Devagar", retry_after=7), 429),
        (StorageBusy(), 503),
        (StorageFull(), 503),
        (OutcomeUnknown(), 503),
    ],
)
async def test_a_family_has_a_status(web: Web, deed: Deed, error: DomainError, status: int):
    deed.raises(error)
    answer = await web.nobody.post("/probe/act")
    body = assert_envelope(answer, status, error.code)
    assert body["errors"] == list(error.sentences)


async def test_waiting_times_are_told(web: Web, deed: Deed):
    deed.raises(LimitExceeded("Devagar", retry_after=7))
    assert (await web.nobody.post("/probe/act")).headers["Retry-After"] == "7"
    deed.raises(OperationInUse())
    assert (await web.nobody.post("/probe/act")).headers["Retry-After"] == "1"
    deed.raises(StorageFull())
    assert (await web.nobody.post("/probe/act")).headers["Retry-After"] == "30"


async def test_details_are_numbers_for_programs(web: Web, deed: Deed):
    deed.raises(Clash("Estoque insuficiente"))
    answer = await web.nobody.post("/probe/act")
    assert answer.json()["detalhes"] == {"itens": [{"produto_id": 1, "saldo": 0.5}]}


async def test_a_refusal_given_before_says_so(web: Web, deed: Deed):
    error = Clash("Estoque insuficiente")
    error.replayed = True
    deed.raises(error)
    answer = await web.nobody.post("/probe/act")
    assert answer.status_code == 409
    assert answer.headers["Idempotent-Replayed"] == "true"


async def test_who_is_not_signed_in_is_told_how(web: Web):
    answer = await web.nobody.get("/probe/me")
    assert_envelope(answer, 401, "NOT_SIGNED_IN")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_fault_of_ours_tells_nothing_and_is_logged_with_its_traceback(web: Web, deed: Deed):
    deed.raises(RuntimeError("SELECT secret FROM users"))
    with capture_logs() as logs:
        answer = await web.nobody.post("/probe/act")
    assert_envelope(answer, 500, "INTERNAL_ERROR")
    assert "SELECT" not in answer.text
    (entry,) = [entry for entry in logs if entry["event"] == "unexpected_error"]
    assert entry["log_level"] == "error"
    assert isinstance(entry["exc_info"], RuntimeError)


async def test_an_unknown_path_is_not_found(web: Web):
    for path in ("/", "/nope", "/probe", "/probe/nope/", "/api/%00", "/probe/../../etc/passwd"):
        assert_envelope(await web.nobody.get(path), 404, "NOT_FOUND")


async def test_another_method_is_not_allowed_and_the_allowed_ones_are_named(web: Web):
    answer = await web.nobody.delete("/health/live")
    assert_envelope(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    answer = await web.nobody.request("PATCH", "/probe/act")
    assert answer.headers["Allow"] == "OPTIONS, POST, PUT"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "get"])
async def test_strange_methods_are_not_allowed(web: Web, method):
    assert_envelope(await web.nobody.request(method, "/probe/act"), 405, "METHOD_NOT_ALLOWED")


async def test_head_is_answered_like_get_without_the_body(web: Web):
    got = await web.nobody.get("/health/live")
    answer = await web.nobody.head("/health/live")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["Content-Length"] == got.headers["Content-Length"]
    assert answer.headers["Content-Type"] == got.headers["Content-Type"]
    assert (await web.nobody.head("/probe/act")).status_code == 405


async def test_the_server_still_knows_that_it_was_asked_for_the_head(web: Web):
    scope = {
        "type": "http",
        "method": "HEAD",
        "path": "/probe/7/shown",
        "query_string": b"",
        "headers": [],
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        assert scope["method"] == "HEAD"
        sent.append(message)

    with capture_logs() as logs:
        await web.application(scope, receive, send)
    assert [message.get("body") for message in sent] == [None, b""]
    assert logs[-1]["method"] == "HEAD"
    assert logs[-1]["route"] == "/probe/{number}/shown"


async def test_options_names_the_methods(web: Web):
    answer = await web.nobody.options("/health/live")
    assert answer.status_code == 204
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    answer = await web.nobody.options("/probe/shared")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    answer = await web.nobody.post("/probe/shared")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"


async def test_sentences_that_hold_anything_still_make_json(web: Web):
    answer = await web.nobody.post(
        "/probe/everything", content=json.dumps({"\x00\"\\\u2028": 1}).encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert_envelope(answer, 400, "INVALID_INPUT")
