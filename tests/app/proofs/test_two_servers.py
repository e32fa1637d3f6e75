"""Two servers on one database: what is committed through one is heard by the other, exactly once.

The one that sells, and gives places to what it sold, is killed again and again.
"""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import select

from cashhaven_adapters.sql.tables.outbox import outbox
from tests.support.databases import opened
from tests.support.far_server import Sold, far_server
from tests.support.seconds import until
from tests.support.server_process import ServerProcess
from tests.support.till import open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180)]

KILLS = 5
TILLS = 6
LONGEST_WAIT = 3.0
"""A look every second gives places to what the dead left; another one finds what has places."""


async def test_nothing_is_missing_and_nothing_twice_when_the_relaying_server_is_killed(
    server: ServerProcess, tmp_path: Path
) -> None:
    token, (product,) = await open_for_business(server.url, products=1, balance=90_000)
    chance = random.Random(5)
    async with far_server(server.database_url) as far, opened(server.database_url) as database:
        tills = [Sold() for _ in range(TILLS)]
        selling = [
            asyncio.create_task(till.sell(server.url, token, product, pace=0.005)) for till in tills
        ]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            server.kill()
            await server.start()
        for task in selling:
            _ = task.cancel()
        _ = await asyncio.wait(selling)
        answered = {number for till in tills for number in till.answered}
        server.kill()
        async with asyncio.timeout(LONGEST_WAIT):
            await until(lambda: answered <= far.sales.keys())
        relay = far.container.adapters.relay()
        async with asyncio.timeout(LONGEST_WAIT):
            while await relay.waiting_since() is not None:  # noqa: ASYNC110  # the other gives them
                await asyncio.sleep(0.02)
        await far.container.adapters.follower().catch_up()
        async with database.reading() as session:
            rows = await session.rows(
                select(outbox.c.position, outbox.c.kind, outbox.c.aggregate_id)
            )
    assert any(till.failed for till in tills), "no request was cut, so nothing was proved"
    assert far.offsets == sorted(set(far.offsets))
    heard_from = far.offsets[0]
    places = [place for place, *_ in rows if place is not None]
    assert far.offsets == sorted(place for place in places if place >= heard_from)
    booked = {number for place, kind, number in rows if kind == "sale.registered"}
    assert booked == far.sales.keys()
    assert answered <= booked
    print(f"{len(rows)} events, {len(booked)} sales, {len(booked - answered)} without an answer")
