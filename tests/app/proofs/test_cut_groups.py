"""The connection is cut at COMMIT under groups whose members brought no key of their own.

The server repeats such a group by itself; what its first attempt made is found again.
"""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import select

from cashhaven_adapters.sql.engine import create_engine
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_adapters.sql.tables.orders import orders
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_app.lifespan import close
from cashhaven_app.retry_budget import CALLS_PER_RETRY
from cashhaven_app.testing import Shop
from cashhaven_domain.shared.errors import OutcomeUnknown, Unavailable
from cashhaven_domain.shared.operations import OperationKey, OwnKey
from cashhaven_domain.shared.settling import the_only
from tests.support.books import books_in_sql
from tests.support.commit_proxy import CommitProxy, Fault
from tests.support.databases import opened
from tests.support.selling import line, ordering, selling, stocked
from tests.support.shops import shop_on

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

CLIENTS = 12
DEEDS = 25


async def test_a_repeated_group_makes_nothing_twice_and_tells_nobody_wrong(
    server_engine: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(f"{server_engine}_server")
    url = server.create_database()
    async with opened(url) as database:
        await SchemaVersions(database).upgrade()
    async with CommitProxy(server.host, server.port, share=0.3, seed=7) as proxy:
        parts = urlsplit(url)
        place = parts.netloc.replace(f":{server.port}", f":{proxy.port}")
        shop = shop_on(urlunsplit(parts._replace(netloc=place)))
        products = [await stocked(shop, 5_000) for _ in range(10)]
        proxy.breaking = True
        told = await asyncio.gather(*(work(shop, n, products) for n in range(CLIENTS)))
        proxy.breaking = False
        retries = shop.container.observer().retries
        await close(shop.container)

    answers = [answer for of_client in told for answer in of_client]
    made = await made_by_key(url)
    assert set(proxy.faults) == set(Fault), "not every kind of fault happened"
    assert retries[OutcomeUnknown.code] > 0, "nothing was ever repeated: the test proves nothing"
    for key, number in answers:
        assert number is None or made[key] == number, "somebody was told of what is not there"
    assert set(made) <= {key for key, _ in answers}
    # Four attempts in a row are hardly ever cut: who is not found again shows here.
    assert sum(number is not None for _, number in answers) > CLIENTS * DEEDS * 0.9
    server.drop_database(url)


async def work(shop: Shop, client: int, products: Sequence[int]) -> list[tuple[str, int | None]]:
    """Order and sell in turn; return each key and the number that was told, if any was."""
    told: list[tuple[str, int | None]] = []
    for deed in range(DEEDS):
        # The budget is not what is tried here: repetitions are always allowed.
        shop.container.observer().budget.saved_calls += CALLS_PER_RETRY * 4
        key = OperationKey(OwnKey(f"{client}-{deed}"))
        chosen = products[(client + deed) % len(products)]
        number: int
        try:
            if deed % 2:
                sale = selling(chosen, operation_key=key)
                number = the_only(await shop.register_sales([(shop.operator, sale)])).receipt.id
            else:
                order = ordering(line(chosen), operation_key=key)
                number = the_only(await shop.place_orders([(shop.operator, order)])).receipt.id
        except Unavailable:
            told.append((f"{shop.operator.user_id}:{key}", None))
        else:
            told.append((f"{shop.operator.user_id}:{key}", number))
    return told


async def made_by_key(url: str) -> dict[str | None, int]:
    """Return what was made, by permanent key; every key made one thing, and the books add up."""
    database = create_engine(url)
    assert (await books_in_sql(database)).mistakes() == []
    async with database.reading() as session:
        rows = [
            *await session.rows(select(orders.c.operation_key, orders.c.id)),
            *await session.rows(select(sales.c.operation_key, sales.c.id)),
        ]
    await database.dispose()
    made = {row.operation_key: row.id for row in rows}
    assert len(made) == len(rows)
    return made
