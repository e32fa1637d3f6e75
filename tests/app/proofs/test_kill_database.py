"""The database is killed under load: nothing acknowledged is lost, and the shop comes back."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.support.history import History, doubled, lost, surprises, unbalanced
from tests.support.own_server import OwnServer
from tests.support.server_process import ServerProcess
from tests.support.till import Till, open_for_business, read_books

pytestmark = [pytest.mark.heavy, pytest.mark.mariadb, pytest.mark.timeout(300)]

KILLS = 5
TILLS = 12


async def test_nothing_acknowledged_is_lost_when_the_database_is_killed(
    own_mariadb_server: OwnServer, tmp_path: Path
) -> None:
    url = own_mariadb_server.server.create_database()
    async with ServerProcess(tmp_path, {"DATABASE_URL": url}) as server:
        token, products = await open_for_business(server.url, products=20, balance=2000)
        history = History(tmp_path / "history.jsonl")
        stop = asyncio.Event()
        chance = random.Random(4)
        async with asyncio.TaskGroup() as group:
            for number in range(TILLS):
                till = Till(
                    number=number,
                    url=server.url,
                    token=token,
                    products=products,
                    history=history,
                    pace_s=0.02,
                )
                group.create_task(till.work(stop))
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(1.0, 2.0))
                await asyncio.to_thread(own_mariadb_server.kill)
                await asyncio.to_thread(own_mariadb_server.restart)
            await asyncio.sleep(2)
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
    acknowledged = len(list(history.of("ok")))
    assert acknowledged > KILLS
    print(f"kills {KILLS}, acknowledged {acknowledged}, repeated {len(repeated)}")
