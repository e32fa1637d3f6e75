"""What is settled together costs what one costs: one statement for each table, however many."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from cashhaven_adapters.sql.engine import Database
from cashhaven_app.lifespan import close
from cashhaven_app.testing import Shop
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.stock.product import ProductId
from tests.support.selling import known_client, line, ordering, selling, stocked
from tests.support.shops import shop_on, storage_of

MANY = 40
MOST = {"register_sales": 9, "place_orders": 11}
"""With a client: where the keys are looked up first (SQLite) it is one more."""


@pytest.fixture
async def shop(database_url: str, database: Database) -> AsyncIterator[Shop]:
    """A shop on each engine."""
    shop = shop_on(database_url)
    yield shop
    await close(shop.container)


@contextmanager
def statements_of(shop: Shop) -> Iterator[list[str]]:
    """Write down what is sent to the database; many rows in one call are one statement."""
    database = storage_of(shop)
    assert isinstance(database, Database)
    engine = database.engine.sync_engine
    sent: list[str] = []

    def note(cursor: object, statement: str, parameters: object, context: object) -> None:
        if "number_sequence" not in statement and not statement.startswith("BEGIN"):
            sent.append(statement)

    names = ("do_execute", "do_executemany")
    for name in names:
        event.listen(engine, name, note)
    try:
        yield sent
    finally:
        for name in names:
            event.remove(engine, name, note)


@pytest.mark.parametrize("use_case", MOST)
async def test_a_group_takes_as_many_statements_as_one(
    shop: Shop, database: Database, use_case: str
) -> None:
    products = [await stocked(shop) for _ in range(8)]
    client = await known_client(shop)

    def wish(number: int, product: ProductId) -> object:
        key = OperationKey(f"{use_case} {number}")
        if use_case == "register_sales":
            return selling(product, client_id=client, operation_key=key)
        return ordering(line(product), client_id=client, operation_key=key)

    # The first reads the shop's rules, which are remembered, and takes a block of numbers.
    _ = await getattr(shop, use_case)([(shop.operator, wish(-1, products[0]))])
    with statements_of(shop) as for_one:
        _ = await getattr(shop, use_case)([(shop.operator, wish(0, products[0]))])
    requests = [(shop.operator, wish(n, products[n % 8])) for n in range(1, MANY)]
    with statements_of(shop) as for_many:
        answers = await getattr(shop, use_case)(requests)
    assert all(not answer.replayed for answer in answers)
    assert len(for_many) == len(for_one)
    assert len(for_one) <= MOST[use_case] + database.dialect.one_writer
