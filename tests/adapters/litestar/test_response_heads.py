"""What every response says about itself."""

import pytest

from cashhaven_adapters.litestar.health import HealthController
from cashhaven_adapters.litestar.settings import WebSettings
from tests.adapters.litestar.conftest import Deed
from tests.adapters.litestar.probe import ProbeController
from tests.adapters.litestar.support import Web, web_shop

SHOP = "https://loja.exemplo"


def served(settings: WebSettings):
    return web_shop(
        controllers=[HealthController, ProbeController],
        use_cases={"act": lambda: Deed()},
        settings=settings,
    )


@pytest.mark.parametrize("path", ["/health/live", "/nope", "/probe/me", "/probe/act", "/docs"])
async def test_every_response_is_guarded(web: Web, path):
    answer = await web.nobody.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


async def test_replies_are_not_to_be_kept_unless_they_say_so(web: Web):
    assert (await web.operator.get("/probe/me")).headers["Cache-Control"] == "no-store"
    assert (await web.nobody.get("/probe/me")).headers["Cache-Control"] == "no-store"


async def test_browsers_are_told_to_come_by_tls_when_there_is_tls():
    async with served(WebSettings(behind_tls=True)) as web:
        for path in ("/health/live", "/nope"):
            answer = await web.nobody.get(path)
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


async def test_no_origin_is_let_in_by_default(web: Web):
    answer = await web.nobody.get("/health/live", headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_an_origin_that_is_allowed_may_read_what_the_contract_says():
    async with served(WebSettings(allowed_origins=(SHOP,))) as web:
        for path in ("/health/live", "/nope", "/probe/me"):
            answer = await web.nobody.get(path, headers={"Origin": SHOP})
            assert answer.headers["Access-Control-Allow-Origin"] == SHOP
            assert answer.headers["Vary"] == "Origin"
            exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
            assert set(exposed) == {
                "X-Request-ID",
                "ETag",
                "Idempotent-Replayed",
                "Retry-After",
                "RateLimit",
                "RateLimit-Policy",
                "X-Stream-Position",
            }


async def test_another_origin_may_not():
    async with served(WebSettings(allowed_origins=(SHOP,))) as web:
        answer = await web.nobody.get("/health/live", headers={"Origin": f"{SHOP}.mau"})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


async def test_a_browser_may_ask_before_it_sends():
    asked = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    async with served(WebSettings(allowed_origins=(SHOP,))) as web:
        answer = await web.nobody.options("/probe/me", headers=asked)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        assert "authorization" in allowed
        assert "idempotency-key" in allowed
        assert "Access-Control-Allow-Credentials" not in answer.headers
        other = await web.nobody.options("/probe/me", headers={**asked, "Origin": "null"})
        assert other.status_code == 204
        assert "Access-Control-Allow-Origin" not in other.headers
        assert "Access-Control-Allow-Methods" not in other.headers


async def test_all_origins_may_be_let_in():
    async with served(WebSettings(allowed_origins=("*",))) as web:
        answer = await web.nobody.get("/health/live", headers={"Origin": "http://qualquer"})
        assert answer.headers["Access-Control-Allow-Origin"] == "http://qualquer"
