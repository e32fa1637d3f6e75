"""Two servers over one database: their screens see the same, and are sent away together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from cashhaven_adapters.sql.stream import SqlEventStream
from tests.app.proofs.test_screens import looking
from tests.support.databases import opened
from tests.support.history import History
from tests.support.screen import Screen
from tests.support.server_process import ServerProcess
from tests.support.till import Till, open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180)]

SETTINGS = {
    "RATE_LIMITS": "off",
    "SOCKET_CLOSING_SECONDS": "1",
    "JWT_SECRET": "a secret that two servers share " * 2,
}
IN_FORCE_WITHIN_S = 5.0


@pytest.fixture
async def servers(
    server_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[ServerProcess, ServerProcess]]:
    """Two servers on one database."""
    database = request.getfixturevalue(f"{server_engine}_server")
    url = database.create_database()
    async with AsyncExitStack() as stack:
        both = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            settings = {
                **SETTINGS,
                "DATABASE_URL": url,
                "JWT_SECRET": "a secret of two servers " * 3,
            }
            both.append(await stack.enter_async_context(ServerProcess(folder, settings)))
        yield both[0], both[1]
    database.drop_database(url)


def screens_of(server: ServerProcess, token: str, count: int) -> list[Screen]:
    """Return screens that stay."""
    url = server.url.replace("http", "ws") + "/ws"
    return [Screen(url=url, token=token, topics=("stock", "sales", "orders")) for _ in range(count)]


async def everybody_is_there(screens: list[Screen]) -> None:
    """Wait until all are connected."""
    async with asyncio.timeout(20):
        for screen in screens:
            _ = await screen.ready.wait()


async def test_what_one_commits_the_screens_of_the_other_see_and_none_misses_a_kill(
    servers: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    first, second = servers
    token, products = await open_for_business(first.url, products=5, balance=50_000)
    here, there = screens_of(first, token, 5), screens_of(second, token, 5)
    stop = asyncio.Event()
    history = History(tmp_path / "history.jsonl")
    tills = [
        Till(number=n, url=server.url, token=token, products=products, history=history, pace_s=0.05)
        for n, server in enumerate((first, second, second))
    ]
    async with looking([*here, *there]):
        await everybody_is_there([*here, *there])
        async with asyncio.TaskGroup() as group:
            for till in tills:
                group.create_task(till.work(stop))
            await asyncio.sleep(4)
            first.kill()
            await asyncio.sleep(4)
            await first.start()
            await asyncio.sleep(4)
            stop.set()
        await everybody_is_there([*here, *there])
        await asyncio.sleep(3)

    async with opened(first.database_url) as database:
        events = await SqlEventStream(database).read(0, limit=1_000_000)
    wanted = [event.offset for event in events if event.topic in {"stock", "sales", "orders"}]
    assert len(wanted) > 200
    for screen in (*here, *there):
        (epoch,) = screen.seen
        assert screen.broken == []
        assert screen.lacks(epoch, wanted) == []
        assert screen.has_twice() == []
    assert all(screen.closed[1006] == 1 for screen in here)
    assert not any(screen.closed for screen in there)
    late = [
        abs(there[0].arrived[offset] - here[0].arrived[offset])
        for offset in wanted
        if offset in there[0].arrived and offset in here[0].arrived
    ]
    # Without anything between them but the database, the other hears within its second.
    assert sorted(late)[len(late) // 2] < 1.2


ENDS = ("logout", "password", "removed", "all")


@pytest.mark.parametrize("end", ENDS)
async def test_whoever_is_signed_out_at_one_is_sent_away_from_the_other(
    servers: tuple[ServerProcess, ServerProcess], end: str
) -> None:
    first, second = servers
    dona, _ = await open_for_business(first.url, products=1, balance=1)
    async with httpx.AsyncClient(base_url=first.url, timeout=20) as client:
        boss = {"Authorization": f"Bearer {dona}"}
        person = {"nome": "Bia", "nome_usuario": "bia", "senha": "trem azul 47", "cargo": "Caixa"}
        _ = (await client.post("/api/auth/register", json=person, headers=boss)).raise_for_status()
        login = {"usuario": "bia", "senha": "trem azul 47"}
        signed_in = (await client.post("/api/auth/login", json=login)).json()
        bia = {"Authorization": f"Bearer {signed_in['token']}"}
        screens = [
            *screens_of(first, signed_in["token"], 2),
            *screens_of(second, signed_in["token"], 2),
        ]
        others = screens_of(second, dona, 1)
        async with looking([*screens, *others]):
            await everybody_is_there([*screens, *others])
            number = signed_in["id"]
            answer = await {
                "logout": lambda: client.post("/api/auth/logout", headers=bia),
                "password": lambda: client.put(
                    "/api/user/update", json={"id": number, "senha": "pato verde 58"}, headers=boss
                ),
                "removed": lambda: client.delete(f"/api/user/del/{number}", headers=boss),
                "all": lambda: client.post(f"/api/user/{number}/logout", headers=boss),
            }[end]()
            _ = answer.raise_for_status()
            async with asyncio.timeout(IN_FORCE_WITHIN_S):
                while not all(screen.closed[4401] for screen in screens):  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.05)
            assert not others[0].closed
