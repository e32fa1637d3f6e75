"""Limits: sizes, times, and how many requests at once."""

import asyncio
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.litestar.health import HealthController
from cashhaven_adapters.litestar.settings import WebSettings
from tests.adapters.litestar.conftest import Deed
from tests.adapters.litestar.probe import ProbeController
from tests.adapters.litestar.support import Web, web_shop

JSON = {"Content-Type": "application/json"}


def served(deed: Deed, **settings: Any):
    return web_shop(
        controllers=[HealthController, ProbeController],
        use_cases={"act": lambda: deed},
        settings=WebSettings(**settings),
    )


async def test_a_body_of_one_mebibyte_is_taken_and_one_more_byte_is_not(web: Web):
    body = json.dumps({"nome": "a", "venda": 1}).encode()
    fits = body + b" " * (1_048_576 - len(body))
    url = "/probe/everything"
    assert (await web.nobody.post(url, content=fits, headers=JSON)).status_code == 201
    answer = await web.nobody.post(url, content=fits + b" ", headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == "BODY_TOO_LARGE"
    assert answer.headers["Connection"] == "close"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_body_that_hides_its_size_is_cut_off(web: Web):
    async def pieces():
        for _ in range(100):
            yield b" " * 65_536

    answer = await web.nobody.post("/probe/everything", content=pieces(), headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize(("length", "status"), [("9" * 30, 413), ("-1", 400), ("1x", 400)])
async def test_a_length_that_cannot_be_is_refused(web: Web, length, status):
    answer = await web.nobody.post("/probe/act", headers={"Content-Length": length})
    assert answer.status_code == status
    assert answer.json()["success"] is False


async def test_long_addresses_are_refused(web: Web):
    assert (await web.nobody.get("/" + "a" * 8_191)).status_code == 404
    answer = await web.nobody.get("/" + "a" * 8_192)
    assert answer.status_code == 414
    assert answer.json()["code"] == "ADDRESS_TOO_LONG"
    assert (await web.nobody.get("/?" + "a" * 8_192)).status_code == 414


async def test_large_and_many_headers_are_refused(web: Web):
    assert (await web.nobody.get("/health/live", headers={"X-A": "a" * 15_000})).status_code == 200
    answer = await web.nobody.get("/health/live", headers={"X-A": "a" * 16_384})
    assert answer.status_code == 431
    assert answer.json()["code"] == "HEADERS_TOO_LARGE"
    many = [("X-A", "a")] * 101
    assert (await web.nobody.get("/health/live", headers=many)).status_code == 431


async def test_a_body_that_stops_coming_is_given_up(deed: Deed):
    async def dribble():
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    async with served(deed, body_pause=0.05) as web:
        answer = await web.nobody.post("/probe/everything", content=dribble(), headers=JSON)
        assert answer.status_code == 408
        assert answer.json()["code"] == "REQUEST_TIMEOUT"
        assert answer.headers["Connection"] == "close"


async def test_a_body_that_dribbles_on_and_on_is_given_up(deed: Deed):
    async def dribble():
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.01)

    async with served(deed, body_pause=0.5, body_time=0.1) as web:
        answer = await web.nobody.post("/probe/everything", content=dribble(), headers=JSON)
        assert answer.status_code == 408


async def test_who_hangs_up_is_no_fault_of_ours(web: Web):
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/probe/everything",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"9")],
    }
    pieces = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> dict[str, Any]:
        return next(pieces, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        pass

    with capture_logs() as logs:
        await web.application(scope, receive, send)
    assert [(entry["event"], entry["status"]) for entry in logs] == [("request", 400)]


async def test_work_that_takes_too_long_is_ended_and_says_so(deed: Deed):
    ended = asyncio.Event()

    async def toil() -> None:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            ended.set()
            raise

    deed.do = toil
    async with served(deed, handling_time=0.05) as web:
        answer = await web.nobody.post("/probe/act")
        assert answer.status_code == 503
        assert answer.json()["code"] == "DEADLINE"
        assert answer.headers["Retry-After"] == "1"
        assert ended.is_set()


async def test_whoever_finishes_although_time_is_up_is_answered(deed: Deed):
    async def finish_first() -> None:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            await asyncio.sleep(0)

    deed.do = finish_first
    async with served(deed, handling_time=0.05) as web:
        answer = await web.nobody.post("/probe/act")
        assert answer.status_code == 200
        assert answer.json()["success"] is True


async def test_some_paths_may_take_longer(deed: Deed):
    async def toil() -> None:
        await asyncio.sleep(0.1)

    deed.do = toil
    async with served(deed, handling_time=0.02, longer_handling={"/probe/": 5.0}) as web:
        assert (await web.nobody.post("/probe/act")).status_code == 200


async def test_more_requests_at_once_than_fit_are_sent_away(deed: Deed):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await go_on.wait()

    deed.do = wait
    async with served(deed, most_in_flight=1) as web:
        first = asyncio.create_task(web.nobody.post("/probe/act"))
        await begun.wait()
        second = await web.nobody.post("/probe/act")
        alive = await web.nobody.get("/health/live")
        go_on.set()
        assert second.status_code == 503
        assert second.json()["code"] == "OVERLOADED"
        assert second.headers["Retry-After"] == "1"
        assert alive.status_code == 200
        assert (await first).status_code == 200
        assert (await web.nobody.post("/probe/act")).status_code == 200


async def test_a_time_limit_of_the_work_itself_is_a_fault_like_any_other(web: Web, deed: Deed):
    deed.raises(TimeoutError())
    answer = await web.nobody.post("/probe/act")
    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL_ERROR"
