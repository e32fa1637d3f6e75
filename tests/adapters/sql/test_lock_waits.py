"""A statement that waits in vain for a lock leaves nothing half done, whichever it is.

After 1205 the server has undone that statement only: the transaction is open and keeps its other
writes. So at each statement of each use case in turn a row is asked for that someone else holds.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, insert, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Change, Statement
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_adapters.sql.tables.schema import schema
from cashhaven_app.lifespan import close
from cashhaven_app.testing import Shop
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Payment
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.shared.errors import StorageConflict
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from tests.support.books import books_in_sql
from tests.support.clients import a_person
from tests.support.products import adding
from tests.support.selling import (
    PRICE,
    known_client,
    line,
    ordered,
    ordering,
    selling,
    sold,
    stocked,
)
from tests.support.sent import watched
from tests.support.shops import shop_on, storage_of

HELD = "held"
IN_VAIN = f"SELECT * FROM number_sequence WHERE name = '{HELD}' FOR UPDATE NOWAIT"
MOST_STATEMENTS = 40

Work = Callable[[], Awaitable[object]]


@pytest.fixture
async def shop(database_url: str, database: Database) -> AsyncIterator[Shop]:
    """A shop on a server, with a row that someone else will hold."""
    if database.dialect.one_writer:
        pytest.skip("whoever is alone waits for no lock")
    async with database.writing() as session:
        _ = await session.run(insert(number_sequence), {"name": HELD, "next_number": 1})
        await session.commit()
    shop = shop_on(database_url)
    yield shop
    await close(shop.container)


async def register_sales(shop: Shop) -> Work:
    product_id = await stocked(shop)
    command = selling(product_id, operation_key=OperationKey("sale"))
    return lambda: bare(shop, "register_sales")([(shop.operator, command)] * 2)


async def place_orders(shop: Shop) -> Work:
    items = [line(await stocked(shop)), line(await stocked(shop), 2)]
    command = ordering(*items, operation_key=OperationKey("order"))
    return lambda: bare(shop, "place_orders")([(shop.operator, command)])


async def place_an_order_under_a_number(shop: Shop) -> Work:
    number = await shop.reserve_order_number(shop.operator)
    client_id = await known_client(shop)
    payment = Payment(method=PaymentMethod.PIX, amount=PRICE)
    command = ordering(
        line(await stocked(shop)), number=number, client_id=client_id, payments=(payment,)
    )
    return lambda: bare(shop, "place_orders")([(shop.operator, command)])


async def prepare_an_order(shop: Shop) -> Work:
    order_id = await ordered(shop, line(await stocked(shop)))
    command = ChangeOrderStatusCommand(order_id=order_id, status=OrderStatus.PREPARING)
    return lambda: bare(shop, "change_order_status")(shop.operator, command)


async def record_a_fiscal_answer(shop: Shop) -> Work:
    order_id = await ordered(shop, line(await stocked(shop)))
    answer = FiscalAnswer(order_id=order_id, uuid="a-1", status=FiscalStatus.APPROVED)
    return lambda: bare(shop, "record_fiscal_answer")(shop.operator, answer)


async def cancel_a_sale(shop: Shop) -> Work:
    sale_id = await sold(shop, await stocked(shop))
    command = CancelSaleCommand(sale_id=sale_id, reason="engano")
    return lambda: bare(shop, "cancel_sale")(shop.administrator, command)


async def cancel_an_order(shop: Shop) -> Work:
    order_id = await ordered(shop, line(await stocked(shop)))
    command = ChangeOrderStatusCommand(order_id=order_id, status=OrderStatus.CANCELLED)
    return lambda: bare(shop, "change_order_status")(shop.operator, command)


async def move_stock(shop: Shop) -> Work:
    product_id = await stocked(shop)
    command = MoveStockCommand(
        product_id=product_id, quantity=Quantity.of(3), operation_key=OperationKey("move")
    )
    return lambda: bare(shop, "move_stock")(shop.administrator, command)


async def add_a_product(shop: Shop) -> Work:
    command = adding(operation_key=OperationKey("add"))
    return lambda: bare(shop, "add_product")(shop.administrator, command)


async def register_a_client(shop: Shop) -> Work:
    command = RegisterClientCommand(person=a_person(), operation_key=OperationKey("client"))
    return lambda: bare(shop, "register_client")(shop.operator, command)


@pytest.mark.parametrize(
    "prepare",
    [
        register_sales,
        place_orders,
        place_an_order_under_a_number,
        prepare_an_order,
        record_a_fiscal_answer,
        cancel_a_sale,
        cancel_an_order,
        move_stock,
        add_a_product,
        register_a_client,
    ],
)
async def test_no_statement_that_waits_in_vain_leaves_anything(
    shop: Shop, database: Database, prepare: Callable[[Shop], Awaitable[Work]]
) -> None:
    work = await prepare(shop)
    before = await contents(database)
    victim = storage_of(shop)
    assert isinstance(victim, Database)
    struck = 0
    async with database.writing() as holder:
        held = select(number_sequence).where(number_sequence.c.name == HELD)
        _ = await holder.rows(held.with_for_update())
        for position in range(1, MOST_STATEMENTS):
            with waiting_in_vain(victim, position) as strikes:
                try:
                    _ = await work()
                except StorageConflict:
                    struck += 1
                else:
                    break
            assert strikes == [position]
            assert await contents(database) == before
            assert victim.pool.in_use == 0
    assert struck >= 4, "a use case of fewer statements was not what this is about"
    assert await contents(database) != before
    assert (await books_in_sql(database)).mistakes() == []


def bare(shop: Shop, name: str) -> Callable[..., Awaitable[object]]:
    """Return the use case without the wrapper that would repeat it."""
    use_case: Callable[..., Awaitable[object]] = getattr(shop, name).use_case
    return use_case


async def contents(database: Database) -> dict[str, int]:
    """Return how many rows each table has, and how much stock there is."""
    products = schema.tables["product"]
    async with database.reading() as session:
        counts = {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in schema.tables.items()
            if table is not number_sequence
        }
        changes = await session.scalar(select(func.sum(products.c.changes)))
    return counts | {"changes": int(changes or 0)}


@contextmanager
def waiting_in_vain(database: Database, position: int) -> Iterator[list[int]]:
    """Ask for the held row in place of one statement that changes or locks something."""
    seen = 0
    strikes: list[int] = []

    def is_it(statement: str) -> bool:
        nonlocal seen
        waits = statement.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in statement
        if not waits or "number_sequence" in statement:
            return False
        seen += 1
        if seen == position:
            strikes.append(position)
        return seen == position

    def strike(cursor, statement: str, parameters: object, context: object) -> None:
        if is_it(statement):
            cursor.execute(IN_VAIN)

    def strike_one(statements: Sequence[Statement]) -> Sequence[Statement]:
        sent: list[Statement] = []
        for statement in statements:
            if is_it(next(statement.as_texts())):
                sent.append(Change("number_sequence", IN_VAIN, ((),)))
            sent.append(statement)
        return sent

    engine = database.engine.sync_engine
    for name in ("do_execute", "do_executemany"):
        event.listen(engine, name, strike)
    try:
        with watched(database, strike_one):
            yield strikes
    finally:
        for name in ("do_execute", "do_executemany"):
            event.remove(engine, name, strike)
