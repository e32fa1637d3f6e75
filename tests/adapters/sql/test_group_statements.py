"""What is settled together costs what one costs: as many statements, however many there are."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Statement
from cashhaven_app.lifespan import close
from cashhaven_app.testing import Shop
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.stock.product import ProductId
from tests.support.selling import known_client, line, ordering, selling, stocked
from tests.support.sent import texts_of, watched
from tests.support.shops import shop_on, storage_of

MANY = 40
MOST = {"register_sales": 9, "place_orders": 11}
"""With a client: where the keys are looked up first (SQLite) it is one more."""
ROUND_TRIPS = 3
"""The keys are claimed; what is needed is held; what was decided is written and committed."""


@pytest.fixture
async def shop(database_url: str, database: Database) -> AsyncIterator[Shop]:
    """A shop on each engine."""
    shop = shop_on(database_url)
    yield shop
    await close(shop.container)


@dataclass
class Sent:
    """What was sent to the database; many rows in one call are one statement."""

    statements: list[str] = field(default_factory=list)
    round_trips: int = 0


@contextmanager
def sent_by(shop: Shop) -> Iterator[Sent]:
    """Write down what is sent to the database, but for the numbers, which come in blocks."""
    database = storage_of(shop)
    assert isinstance(database, Database)
    engine = database.engine.sync_engine
    sent = Sent()

    def note(text: str) -> None:
        if "number_sequence" not in text:
            sent.statements.append(text)

    def note_executed(cursor: object, statement: str, *rest: object) -> None:
        note(statement)
        sent.round_trips += "number_sequence" not in statement

    def note_together(statements: Sequence[Statement]) -> Sequence[Statement]:
        sent.round_trips += any(it.table != "number_sequence" for it in statements)
        for statement in statements:
            for text, _ in texts_of(database, statement):
                note(text)
        return statements

    names = ("do_execute", "do_executemany")
    for name in names:
        event.listen(engine, name, note_executed)
    try:
        with watched(database, note_together):
            yield sent
    finally:
        for name in names:
            event.remove(engine, name, note_executed)


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
    with sent_by(shop) as for_one:
        _ = await getattr(shop, use_case)([(shop.operator, wish(0, products[0]))])
    requests = [(shop.operator, wish(n, products[n % 8])) for n in range(1, MANY)]
    with sent_by(shop) as for_many:
        answers = await getattr(shop, use_case)(requests)
    assert all(not answer.replayed for answer in answers)
    assert len(for_many.statements) == len(for_one.statements)
    assert len(for_one.statements) <= MOST[use_case] + database.dialect.one_writer
    assert for_many.round_trips == for_one.round_trips
    assert for_one.round_trips == ROUND_TRIPS + database.dialect.one_writer
