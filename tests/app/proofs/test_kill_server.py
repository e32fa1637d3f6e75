"""The server is killed under load, again and again: nothing acknowledged is lost or doubled."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.history import (
    History,
    doubled,
    lost,
    surprises,
    unbalanced,
    uncounted_sales,
)
from tests.support.server_process import ServerProcess
from tests.support.till import Till, open_for_business, read_books

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

KILLS = 10
TILLS = 12


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed_ten_times(
    server: ServerProcess, tmp_path: Path
) -> None:
    token, products = await open_for_business(server.url, products=20, balance=2000)
    history = History(tmp_path / "history.jsonl")
    stop = asyncio.Event()
    tills = [
        Till(
            number=n,
            url=server.url,
            token=token,
            products=products,
            history=history,
            pace_s=0.02,
        )
        for n in range(TILLS)
    ]
    chance = random.Random(77)
    async with asyncio.TaskGroup() as group:
        for till in tills:
            group.create_task(till.work(stop))
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.8, 2.0))
            server.kill()
            await server.start()
        await asyncio.sleep(1)
        stop.set()

    books = await read_books(server)
    repeated = [deed for deed in history.deeds.values() if deed.tries > 1]
    assert repeated, "no request was cut, so nothing was proved"
    assert list(history.of("unknown")) == []
    assert lost(history, books) == []
    assert doubled(books) == {}
    assert surprises(history, books) == []
    assert unbalanced(books) == []
    assert books.mistakes == []
    sales, least, most = uncounted_sales(history, books)
    assert least <= sales <= most
    numbers = [order["pedido"] for order in books.orders]
    assert len(numbers) == len(set(numbers))
    acknowledged = len(list(history.of("ok")))
    assert acknowledged > KILLS
    print(f"kills {KILLS}, acknowledged {acknowledged}, repeated {len(repeated)}, lost 0")
