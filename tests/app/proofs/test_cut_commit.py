"""The connection to the database is cut at COMMIT: repeats with the same key make no duplicate."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.support.commit_proxy import CommitProxy, Fault
from tests.support.history import Books, History, doubled, lost, surprises, unbalanced
from tests.support.server_process import ServerProcess
from tests.support.till import Till, open_for_business, read_books

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

TILLS = 8
DEEDS = 25


async def test_repeats_with_their_key_make_no_duplicate(
    server_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    history, books, proxy = await _trade(server_engine, request, tmp_path, keys=True)

    assert set(proxy.faults) == set(Fault), "not every kind of fault happened"
    assert list(history.of("unknown")) == []
    assert doubled(books) == {}
    assert lost(history, books) == []
    assert surprises(history, books) == []
    assert unbalanced(books) == []
    assert books.mistakes == []
    assert len(books.orders) == TILLS * DEEDS
    print(f"commits {proxy.commits}, cut {dict(proxy.faults)}, duplicates 0")


async def test_repeats_without_a_key_do_make_duplicates(
    server_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    _, books, proxy = await _trade(server_engine, request, tmp_path, keys=False)

    assert sum(proxy.faults.values()) > 0
    assert doubled(books) != {}, "the control arm shows nothing: the cut does not reach anybody"
    assert unbalanced(books) == []
    assert books.mistakes == []
    print(f"commits {proxy.commits}, cut {dict(proxy.faults)}, duplicates {len(doubled(books))}")


async def _trade(
    engine: str, request: pytest.FixtureRequest, folder: Path, *, keys: bool
) -> tuple[History, Books, CommitProxy]:
    database = request.getfixturevalue(f"{engine}_server")
    url = database.create_database()
    async with CommitProxy(database.host, database.port, share=0.4, seed=5) as proxy:
        parts = urlsplit(url)
        through = urlunsplit(
            parts._replace(netloc=parts.netloc.replace(f":{database.port}", f":{proxy.port}"))
        )
        async with ServerProcess(folder, {"DATABASE_URL": through}) as server:
            token, products = await open_for_business(server.url, products=20, balance=2000)
            history = History(folder / "history.jsonl")
            proxy.breaking = True
            async with asyncio.TaskGroup() as group:
                for number in range(TILLS):
                    till = Till(
                        number=number,
                        url=server.url,
                        token=token,
                        products=products,
                        history=history,
                        keys=keys,
                        orders_only=True,
                    )
                    group.create_task(till.work(asyncio.Event(), deeds=DEEDS))
            proxy.breaking = False
            books = await read_books(server)
    database.drop_database(url)
    return history, books, proxy
