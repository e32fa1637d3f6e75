"""Screens that come and go see everything once and in order, or are honestly told that they cannot.

Their networks drop, the server is stopped and killed and started again, old events are forgotten,
and the books are restored: a new epoch.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.stream import SqlEventStream
from tests.support.databases import opened
from tests.support.history import History
from tests.support.screen import Screen
from tests.support.server_process import ServerProcess
from tests.support.till import Till, open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(240)]

SCREENS = 40
TOPICS: Sequence[tuple[str, ...]] = (
    ("stock",),
    ("sales",),
    ("orders", "stock"),
    ("sales", "orders"),
)
SETTINGS = {
    "RATE_LIMITS": "off",
    "SOCKET_HEARTBEAT_SECONDS": "1",
    "SOCKET_CLOSING_SECONDS": "1",
}
KEPT = 400
"""Events that are left when old ones are forgotten."""


@pytest.fixture
async def server(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[ServerProcess]:
    """The server on a database of its own, for many screens of one address and user."""
    if sql_engine == "sqlite":
        async with ServerProcess(tmp_path, SETTINGS) as process:
            yield process
        return
    database = request.getfixturevalue(f"{sql_engine}_server")
    url = database.create_database()
    async with ServerProcess(tmp_path, {**SETTINGS, "DATABASE_URL": url}) as process:
        yield process
    database.drop_database(url)


async def test_every_screen_ends_with_exactly_what_happened(
    server: ServerProcess, tmp_path: Path
) -> None:
    token, products = await open_for_business(server.url, products=10, balance=50_000)
    screens = [
        Screen(
            url=server.url.replace("http", "ws") + "/ws",
            token=token,
            topics=TOPICS[number % len(TOPICS)],
            stays=(0.5, 8.0),
            sleeps=(0.0, 1.0) if number % 2 else (0.0, 8.0),
            seed=number,
        )
        for number in range(SCREENS)
    ]
    truth: dict[str, list[tuple[int, str]]] = {}
    stop = asyncio.Event()
    history = History(tmp_path / "history.jsonl")
    tills = [
        Till(number=n, url=server.url, token=token, products=products, history=history, pace_s=0.1)
        for n in range(3)
    ]
    async with looking(screens), asyncio.TaskGroup() as group:
        for till in tills:
            group.create_task(till.work(stop))
        await asyncio.sleep(8)
        _ = await server.stop()
        await server.start()
        await asyncio.sleep(5)
        server.kill()
        await server.start()
        await asyncio.sleep(5)
        # What is forgotten was read before; the server forgets its own memory of it too.
        await read(server, truth)
        server.kill()
        await forget(server)
        await server.start()
        await asyncio.sleep(5)
        await read(server, truth)
        server.kill()
        server.run_command("new-epoch")
        await server.start()
        await asyncio.sleep(5)
        stop.set()
        await everybody_is_back(screens)
        await asyncio.sleep(2)
        await read(server, truth)

    answers = sum((screen.answers for screen in screens), Counter[str]())
    assert answers["recovered"] > SCREENS
    assert answers["epoch"] > 0
    assert answers["too_old"] > 0
    assert sum((screen.closed for screen in screens), Counter[int]())[1012] > 0
    for screen in screens:
        assert screen.broken == []
        assert screen.has_twice() == []
        for epoch, offsets in screen.seen.items():
            assert offsets == sorted(offsets)
            wanted = [offset for offset, topic in truth[epoch] if topic in screen.topics]
            assert screen.lacks(epoch, wanted) == []
            assert set(offsets) <= set(wanted)


@asynccontextmanager
async def looking(screens: Sequence[Screen]) -> AsyncIterator[None]:
    """Let the screens look."""
    tasks = [asyncio.create_task(screen.run()) for screen in screens]
    try:
        yield
    finally:
        for task in tasks:
            _ = task.cancel()
        _ = await asyncio.wait(tasks)


async def everybody_is_back(screens: Sequence[Screen]) -> None:
    """Let nobody go away any more, and wait until all are there."""
    for screen in screens:
        screen.stays, screen.sleeps = (3_600.0, 3_600.0), (0.0, 0.0)
    await asyncio.sleep(9)
    async with asyncio.timeout(20):
        for screen in screens:
            _ = await screen.ready.wait()


async def read(server: ServerProcess, truth: dict[str, list[tuple[int, str]]]) -> None:
    """Write down what happened, before it is forgotten."""
    async with opened(server.database_url) as database:
        stream = SqlEventStream(database)
        epoch = (await stream.position()).epoch
        known = truth.setdefault(epoch, [])
        while True:
            after = known[-1][0] if known else await stream.floor()
            events = await stream.read(after, limit=1_000)
            known += [(event.offset, event.topic) for event in events]
            if not events:
                return


async def forget(server: ServerProcess) -> None:
    """Forget all but the last events."""
    async with opened(server.database_url) as database:
        later = datetime.now(UTC) + timedelta(hours=1)
        assert await SqlRelay(database).forget(before=later, keep=KEPT) > 0
