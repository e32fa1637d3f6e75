"""Redis goes away, comes back, was never there, or lets nobody in: no sale notices, events hardly.

A server sells in a process of its own; another one, in this process, hears of the sales as one on
another machine does.
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.far_server import FarServer, Sold, far_server
from tests.support.redis_server import RedisServer, find_redis
from tests.support.seconds import until
from tests.support.server_process import ServerProcess
from tests.support.till import open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

OUTAGES = [1, 15, *([120] if os.environ.get("CASHHAVEN_TEST_LONG") else [])]
LATEST_WITHOUT = 2.0
BACK_WITHIN = 10.0
QUICK = 0.1
"""Later than this, half of the time, is not what a hint does: looking would be as good."""
PACE = 0.03


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    server = RedisServer(find_redis())
    yield server
    server.kill()


@pytest.fixture
def database(sql_engine: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings that name a database of the test's own."""
    if sql_engine == "sqlite":
        yield {}
        return
    server = request.getfixturevalue(f"{sql_engine}_server")
    url = server.create_database()
    yield {"DATABASE_URL": url}
    server.drop_database(url)


@asynccontextmanager
async def two_servers(
    folder: Path, database: dict[str, str], redis_url: str | None
) -> AsyncIterator[tuple[ServerProcess, FarServer, Sold]]:
    """Two servers on one database; the near one sells all the time."""
    settings = database if redis_url is None else {**database, "REDIS_URL": redis_url}
    async with ServerProcess(folder, settings) as near:
        token, (product,) = await open_for_business(near.url, products=1, balance=90_000)
        async with far_server(near.database_url, redis_url=redis_url) as far:
            sold = Sold()
            selling = asyncio.create_task(sold.sell(near.url, token, product, pace=PACE))
            try:
                yield near, far, sold
            finally:
                _ = selling.cancel()
                _ = await asyncio.wait([selling])
            await until(lambda: sold.answered.keys() <= far.sales.keys())


async def seconds_until_quick(far: FarServer, sold: Sold) -> float:
    """Return how long it takes until what is sold is heard of as quickly as Redis makes it."""
    began = time.monotonic()
    while time.monotonic() < began + BACK_WITHIN:
        since = time.monotonic()
        await asyncio.sleep(0.6)
        delays = await sold.all_delays(far, since)
        if delays and statistics.median(delays) < QUICK:
            return time.monotonic() - began
    raise AssertionError(f"after {BACK_WITHIN} s events still come late")


def tell(what: str, delays: list[float]) -> None:
    middle, latest = statistics.median(delays) * 1000, max(delays) * 1000
    print(f"{what}: {len(delays)} sales, p50 {middle:.1f} ms, max {latest:.1f} ms")


async def test_redis_goes_away_and_comes_back(
    sql_engine: str, database: dict[str, str], redis: RedisServer, tmp_path: Path
) -> None:
    redis.start()
    async with two_servers(tmp_path, database, redis.url()) as (near, far, sold):
        _ = await seconds_until_quick(far, sold)
        since = time.monotonic()
        await asyncio.sleep(4)
        tell(f"{sql_engine}, with Redis", await sold.all_delays(far, since))
        for seconds in OUTAGES:
            redis.kill()
            since = time.monotonic()
            await asyncio.sleep(seconds)
            tell(f"{sql_engine}, {seconds} s away", await sold.all_delays(far, since))
            redis.start()
            back = await seconds_until_quick(far, sold)
            print(f"{sql_engine}, quick again {back:.1f} s after Redis was back")
    assert sold.failed == []
    assert max(await sold.all_delays(far)) <= LATEST_WITHOUT
    assert far.offsets == list(range(far.offsets[0], far.offsets[0] + len(far.offsets)))
    said = near.log.read_text()
    assert said.count("hints_not_told") == said.count("hints_told_again") == len(OUTAGES)
    assert "goiabada" not in said


@pytest.mark.parametrize("redis_is", ["not asked for", "never there", "behind another password"])
async def test_without_redis_nothing_is_missing(
    sql_engine: str,
    redis_is: str,
    database: dict[str, str],
    redis: RedisServer,
    tmp_path: Path,
) -> None:
    if redis_is == "behind another password":
        redis.start()
    url = None if redis_is == "not asked for" else redis.url("goiabada sem queijo")
    async with two_servers(tmp_path, database, url) as (near, far, sold):
        await asyncio.sleep(6)
    tell(f"{sql_engine}, Redis {redis_is}", await sold.all_delays(far))
    assert len(sold.answered) > 20
    assert sold.failed == []
    assert max(await sold.all_delays(far)) <= LATEST_WITHOUT
    said = near.log.read_text()
    assert said.count("hints_not_told") == (0 if url is None else 1)
    assert "goiabada" not in said
