"""`serve --processes N` as real processes: one address, one life, no process left behind."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from pathlib import Path

import httpx
import pytest

from cashhaven_app.cli import run
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.processes.link import Job
from cashhaven_app.processes.parent import Parent
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from tests.support.server_process import ServerProcess
from tests.support.till import PRICE, open_for_business

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="several processes need Linux"),
]
SALE_TIMES = {"inicio": "2024-01-15T10:00:00Z", "fim": "2024-01-15T10:05:00Z"}


@asynccontextmanager
async def several(folder: Path, **settings: str) -> AsyncIterator[ServerProcess]:
    """Run two server processes; none is left at the end, whatever the test has done."""
    settings = {"PROCESSES": "2", "LOG_FORMAT": "json", **settings}
    server = ServerProcess(folder, settings)
    try:
        async with server:
            await until(lambda: len(lines(server, "listening")) == 1)
            yield server
    finally:
        for pid in children(server):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def lines(server: ServerProcess, event: str) -> list[dict]:
    """Return what the log says of this event."""
    texts = server.log.read_text(errors="replace").splitlines()
    found = [json.loads(text) for text in texts if text.startswith("{")]
    return [line for line in found if line["event"] == event]


def children(server: ServerProcess) -> list[int]:
    return [line["child"] for line in lines(server, "process_began")]


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


async def until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110  # other processes set no event of ours
            await asyncio.sleep(0.05)


async def who_answers(server: ServerProcess, client: httpx.AsyncClient) -> int:
    """Return the process at the other end of the client's connection."""
    mark = uuid.uuid4().hex
    reply = await client.get("/health/live", headers={"X-Request-ID": mark})
    assert reply.status_code == 200

    def told() -> list[int]:
        return [line["pid"] for line in lines(server, "request") if line["request_id"] == mark]

    await until(lambda: bool(told()))
    return told()[0]


async def one_client_each(
    server: ServerProcess, stack: AsyncExitStack
) -> dict[int, httpx.AsyncClient]:
    """Return a client with a connection of its own to each process."""
    found: dict[int, httpx.AsyncClient] = {}
    for _ in range(60):
        client = httpx.AsyncClient(base_url=server.url, timeout=20)
        _ = await stack.enter_async_context(client)
        _ = found.setdefault(await who_answers(server, client), client)
        if len(found) == 2:
            return found
    raise AssertionError("one process alone answers")


async def test_connections_that_arrive_together_are_spread_over_all(tmp_path):
    async with several(tmp_path) as server, AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=server.url))
            for _ in range(64)
        ]
        pids = await asyncio.gather(*(who_answers(server, client) for client in clients))
        shares = Counter(pids)
        assert set(shares) == set(children(server))
        assert min(shares.values()) >= 10, shares
        said = server.log.read_text()
        assert said.count("CashHaven atende em") == 1
        assert said.count("Ainda não há usuários") == 1
        assert await server.stop() == 0


async def test_what_is_sold_through_one_is_seen_through_the_other(tmp_path):
    async with several(tmp_path) as server, AsyncExitStack() as stack:
        token, (product,) = await open_for_business(server.url, products=1, balance=9)
        headers = {"Authorization": f"Bearer {token}"}
        sale = {"id": product, "venda": PRICE, **SALE_TIMES}
        clients = (await one_client_each(server, stack)).values()

        async def wait_for_balance(looker: httpx.AsyncClient, expected: int) -> None:
            found = None
            async with asyncio.timeout(5):
                while found != expected:
                    reply = await looker.get("/api/stock/all", headers=headers)
                    found = reply.json()["data"][0]["saldo"]

        left = 9
        for seller in clients:
            reply = await seller.post("/api/sale/forsale", json=sale, headers=headers)
            assert reply.status_code == 201, reply.text
            left -= 1
            for looker in clients:
                await wait_for_balance(looker, left)


async def test_a_killed_one_comes_back_and_the_other_serves_on(tmp_path):
    async with several(tmp_path) as server, AsyncExitStack() as stack:
        clients = await one_client_each(server, stack)
        (killed, _), (other, client) = clients.items()
        os.kill(killed, signal.SIGKILL)
        await until(lambda: is_gone(killed))
        while len(children(server)) < 3 or len(lines(server, "started")) < 3:
            assert (await client.get("/health/ready")).status_code == 200
            async with httpx.AsyncClient(base_url=server.url) as stranger:
                assert (await stranger.get("/health/live")).status_code == 200
        assert await who_answers(server, client) == other
        (line,) = lines(server, "process_ended")
        assert (line["child"], line["status"]) == (killed, -signal.SIGKILL)
        assert line["level"] == "warning"
        async with AsyncExitStack() as again:
            assert killed not in await one_client_each(server, again)
        assert await server.stop() == 0


async def offset_seen(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
    """Return how far the process has followed the stream at the other end of the connection."""
    reply = await client.get("/api/order/all", params={"limit": 1}, headers=headers)
    return int(reply.headers["X-Stream-Position"].partition(";")[2])


async def until_seen(client: httpx.AsyncClient, headers: dict[str, str], offset: int) -> None:
    """Return once the process has followed the stream up to this offset."""
    async with asyncio.timeout(10):
        while await offset_seen(client, headers) < offset:  # noqa: ASYNC110  # it is elsewhere
            await asyncio.sleep(0.002)


async def test_each_process_is_woken_by_what_happens_in_the_other(tmp_path):
    looks_seldom = {"CATALOGUE_MAX_AGE_SECONDS": "60"}
    async with several(tmp_path, **looks_seldom) as server, AsyncExitStack() as stack:
        token, (product,) = await open_for_business(server.url, products=1, balance=90)
        headers = {"Authorization": f"Bearer {token}"}
        sale = {"id": product, "venda": PRICE, **SALE_TIMES}
        one, other = (await one_client_each(server, stack)).values()
        delays = []
        for number in range(12):
            seller, looker = (one, other) if number % 2 else (other, one)
            before = await offset_seen(looker, headers)
            reply = await seller.post("/api/sale/forsale", json=sale, headers=headers)
            assert reply.status_code == 201, reply.text
            began = time.monotonic()
            await until_seen(looker, headers, before + 2)
            delays.append(time.monotonic() - began)
            await asyncio.sleep(0.1)
        # Who looks by himself, once a second, finds it after half a second as a rule.
        assert sorted(delays)[6] < 0.2, delays


async def test_when_the_process_that_gives_places_is_killed_the_other_goes_on(tmp_path):
    async with several(tmp_path) as server, AsyncExitStack() as stack:
        token, (product,) = await open_for_business(server.url, products=1, balance=90)
        headers = {"Authorization": f"Bearer {token}"}
        sale = {"id": product, "venda": PRICE, **SALE_TIMES}
        clients = await one_client_each(server, stack)
        (victim, seller), (_, survivor) = clients.items()
        before = await offset_seen(survivor, headers)
        sold = 0
        for _ in range(10):
            reply = await seller.post("/api/sale/forsale", json=sale, headers=headers)
            sold += reply.status_code == 201
        os.kill(victim, signal.SIGKILL)
        for _ in range(5):
            reply = await survivor.post("/api/sale/forsale", json=sale, headers=headers)
            sold += reply.status_code == 201
        assert sold == 15
        await until_seen(survivor, headers, before + 2 * sold)
        assert await offset_seen(survivor, headers) == before + 2 * sold
        with closing(sqlite3.connect(tmp_path / "cashhaven.db")) as books:
            places = [place for (place,) in books.execute("SELECT position FROM outbox")]
        assert sorted(places) == list(range(1, before + 2 * sold + 1))


async def test_requests_in_flight_are_finished_before_the_end(tmp_path):
    async with several(tmp_path) as server:
        token, (product,) = await open_for_business(server.url, products=1, balance=100)
        body = json.dumps({"id": product, "venda": PRICE, **SALE_TIMES}).encode()
        head = (
            f"POST /api/sale/forsale HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        tills = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(16)]
        for _, writer in tills:
            writer.write(head.encode() + body[:20])
            await writer.drain()
        await asyncio.sleep(0.5)
        ending = asyncio.create_task(server.stop())
        began = time.monotonic()
        await asyncio.sleep(0.5)
        for reader, writer in tills:
            writer.write(body[20:])
            assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 201 Created\r\n"
            writer.close()
        assert await ending == 0
        assert time.monotonic() - began < 25
        assert all(is_gone(pid) for pid in children(server))
    with closing(sqlite3.connect(tmp_path / "cashhaven.db")) as books:
        assert books.execute("SELECT count(*) FROM sale").fetchone() == (16,)


async def test_a_signal_to_the_whole_group_is_a_first_signal_to_each(tmp_path):
    async with several(tmp_path) as server:
        for pid in children(server):
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
        assert await server.stop() == 0
        assert len(lines(server, "stopped")) == 2
        assert "Traceback" not in server.log.read_text()


async def test_a_signal_before_all_serve_ends_them_in_order(tmp_path):
    server = ServerProcess(tmp_path, {"PROCESSES": "2", "LOG_FORMAT": "json"})
    starting = asyncio.create_task(server.start())
    await until(lambda: server.log.exists() and len(children(server)) == 2)
    await asyncio.sleep(0.3)
    for pid in children(server):
        os.kill(pid, signal.SIGTERM)
    assert await server.stop() == 0
    starting.cancel()
    with suppress(asyncio.CancelledError, AssertionError):
        await starting
    assert "CashHaven atende em" not in server.log.read_text()


async def test_one_that_is_told_to_end_makes_room_for_a_fresh_one(tmp_path):
    async with several(tmp_path) as server, AsyncExitStack() as stack:
        old, _ = children(server)
        os.kill(old, signal.SIGTERM)
        await until(lambda: len(lines(server, "started")) == 3)
        assert old not in await one_client_each(server, stack)
        (line,) = lines(server, "process_ended")
        assert (line["child"], line["status"], line["level"]) == (old, 0, "info")
        assert await server.stop() == 0


async def test_a_second_signal_is_obeyed_at_once(tmp_path):
    async with several(tmp_path, DRAIN_SECONDS="60") as server:
        os.kill(server.pid, signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert not any(is_gone(pid) for pid in children(server))
        assert await server.stop(within_s=5) == 1
        assert all(is_gone(pid) for pid in children(server))


@pytest.mark.parametrize("drain", ["0", "60"])
async def test_nobody_outlives_a_parent_that_was_killed(tmp_path, drain):
    async with several(tmp_path, DRAIN_SECONDS=drain) as server:
        pids = children(server)
        if drain != "0":
            os.kill(server.pid, signal.SIGTERM)
            await asyncio.sleep(0.3)
        server.kill()
        await until(lambda: all(is_gone(pid) for pid in pids), within_s=6)
        assert len(lines(server, "parent_gone")) == 2


async def test_the_setup_code_is_one_for_all_and_told_once(tmp_path):
    secret = "a secret that is good enough for tests"
    async with (
        several(tmp_path, CASHHAVEN_ENV="production", JWT_SECRET=secret) as server,
        AsyncExitStack() as stack,
    ):
        said = server.log.read_text()
        assert said.count("X-Setup-Code: ") == 1
        code = said.partition("X-Setup-Code: ")[2].split()[0]
        body = {"nome": "Ana", "nome_usuario": "ana", "senha": "Tapioca-com-Coco-31"}
        body["cargo"] = "Dona"
        clients = await one_client_each(server, stack)
        for client in clients.values():
            assert (await client.post("/api/auth/register", json=body)).status_code == 403
        last = clients[children(server)[-1]]
        reply = await last.post("/api/auth/register", json=body, headers={"X-Setup-Code": code})
        assert reply.status_code == 201


async def test_a_port_that_other_processes_share_is_taken_all_the_same(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("CASHHAVEN_DATA_DIR", str(tmp_path / "second"))
    async with several(tmp_path) as server:
        for count in ("1", "2"):
            words = ["serve", "--processes", count, "--port", str(server.port)]
            assert await asyncio.to_thread(run, words) == ExitStatus.UNAVAILABLE
            assert f"127.0.0.1:{server.port}" in capsys.readouterr().err


async def test_who_cannot_begin_ends_all_with_a_sentence(tmp_path):
    settings = Settings(
        jwt_secret=Secret("a secret that is good enough for tests"),
        database_url=Secret(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"),
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        jobs = [Job(settings=settings, port=taken.getsockname()[1])]
        with pytest.raises(CommandError, match="não conseguiu começar"):
            _ = await Parent(jobs, lambda: None).run()
