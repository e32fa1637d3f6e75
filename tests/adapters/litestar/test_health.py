"""Whether an instance is alive and ready."""

import asyncio

import httpx
import pytest

from cashhaven_adapters.litestar.health import Checked, HealthController, Status
from tests.adapters.litestar.support import Web, web_shop


def found(status: Status, value: float | None = None):
    async def check() -> Checked:
        return Checked(status=status, component="datastore", value=value, unit="ms")

    return check


def served(**checks):
    return web_shop(controllers=[HealthController], checks=checks)


def from_address(web: Web, host: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web.application, client=(host, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def test_a_process_that_answers_is_alive():
    async with served(database=found(Status.FAIL)) as web:
        answer = await web.nobody.get("/health/live")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/health+json"
        assert answer.json() == {"status": "pass"}


async def test_an_instance_is_ready_when_all_is_well():
    async with served(database=found(Status.PASS, 1.5)) as web:
        answer = await web.nobody.get("/health/ready")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/health+json"
        body = answer.json()
        assert body["status"] == "pass"
        (check,) = body["checks"]["database"]
        assert check["componentType"] == "datastore"
        assert check["observedValue"] == 1.5
        assert check["observedUnit"] == "ms"
        assert check["time"].endswith("Z")


async def test_what_only_warns_does_not_keep_work_away():
    async with served(database=found(Status.PASS), relay=found(Status.WARN)) as web:
        answer = await web.nobody.get("/health/ready")
        assert answer.status_code == 200
        assert answer.json()["status"] == "warn"


async def test_an_instance_is_not_ready_when_a_check_fails():
    async with served(database=found(Status.FAIL), relay=found(Status.WARN)) as web:
        answer = await web.nobody.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["status"] == "fail"


async def test_a_check_that_breaks_or_hangs_fails():
    async def broken() -> Checked:
        raise RuntimeError("secret")

    async def hanging() -> Checked:
        await asyncio.sleep(30)
        raise AssertionError

    async with served(broken=broken, hanging=hanging) as web:
        answer = await web.nobody.get("/health/ready")
        assert answer.status_code == 503
        assert "secret" not in answer.text
        assert {name: c[0]["status"] for name, c in answer.json()["checks"].items()} == {
            "broken": "fail",
            "hanging": "fail",
        }


async def test_an_instance_that_is_about_to_stop_is_alive_and_not_ready():
    async with served(database=found(Status.PASS)) as web:
        web.application.health.draining = True
        assert (await web.nobody.get("/health/ready")).status_code == 503
        assert (await web.nobody.get("/health/live")).status_code == 200


async def test_many_who_ask_wear_nothing_out():
    asked = 0

    async def count() -> Checked:
        nonlocal asked
        asked += 1
        return Checked(status=Status.PASS)

    async with served(database=count) as web:
        for _ in range(5):
            await web.nobody.get("/health/ready")
    assert asked == 1


async def test_many_who_ask_at_once_wait_for_one_look():
    looks = 0

    async def slow() -> Checked:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.05)
        return Checked(status=Status.PASS)

    async with served(database=slow) as web:
        answers = await asyncio.gather(*(web.nobody.get("/health/ready") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert looks == 1


@pytest.mark.parametrize("host", ["203.0.113.5", "", "testclient", "::2"])
async def test_details_are_not_for_strangers(host):
    async with served(database=found(Status.PASS)) as web, from_address(web, host) as client:
        assert (await client.get("/health/ready")).json() == {"status": "pass"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
async def test_details_are_for_this_machine(host):
    async with served(database=found(Status.PASS)) as web, from_address(web, host) as client:
        assert "checks" in (await client.get("/health/ready")).json()


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
async def test_what_comes_through_a_proxy_is_not_from_this_machine(header):
    async with served(database=found(Status.PASS)) as web:
        answer = await web.nobody.get("/health/ready", headers={header: "127.0.0.1"})
        assert "checks" not in answer.json()
