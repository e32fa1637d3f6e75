"""What a request carries: its id, and the line that it leaves in the log."""

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.adapters.litestar.conftest import Deed
from tests.adapters.litestar.support import Web


@pytest.mark.parametrize("sent", ["a", "A-z_0.9", "x" * 64])
async def test_a_sane_request_id_is_taken(web: Web, sent):
    answer = await web.nobody.get("/nope", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] == sent
    assert answer.json()["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\tb", b"\xc3\xa9", "a;b", "../x"])
async def test_any_other_request_id_is_replaced(web: Web, sent):
    answer = await web.nobody.get("/health/live", headers={"X-Request-ID": sent})
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_every_response_has_its_own_request_id(web: Web, deed: Deed):
    deed.raises(RuntimeError())
    answers = [
        await web.nobody.get("/health/live"),
        await web.nobody.get("/nope"),
        await web.nobody.delete("/probe/me"),
        await web.nobody.options("/probe/me"),
        await web.nobody.get("/probe/me"),
        await web.nobody.post("/probe/act"),
        await web.nobody.post("/probe/everything", content=b"{"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 405, 204, 401, 500, 415]
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == len(answers)


async def test_a_request_leaves_one_line_without_its_query_and_bodies(web: Web):
    with capture_logs() as logs:
        await web.operator.get("/probe/serach?nome=segredo", headers={"X-Request-ID": "r-1"})
    (line,) = [entry for entry in logs if entry["event"] == "request"]
    assert line["method"] == "GET"
    assert line["route"] == "/probe/serach"
    assert line["status"] == 200
    assert line["duration_ms"] >= 0
    assert "segredo" not in str(logs)


async def test_the_line_names_the_template_and_not_the_path(web: Web):
    with capture_logs() as logs:
        await web.nobody.get("/probe/77/shown")
        await web.nobody.get("/probe/secret-path")
    routes = [entry["route"] for entry in logs if entry["event"] == "request"]
    assert routes == ["/probe/{number}/shown", "-"]


async def test_the_line_names_the_request_and_the_user(web: Web):
    with capture_logs(processors=[merge_contextvars]) as logs:
        await web.operator.get("/probe/me", headers={"X-Request-ID": "r-1"})
        await web.nobody.get("/probe/me", headers={"X-Request-ID": "r-2"})
    lines = [entry for entry in logs if entry["event"] == "request"]
    assert [line["request_id"] for line in lines] == ["r-1", "r-2"]
    assert [line.get("user_id") for line in lines] == [9002, None]
