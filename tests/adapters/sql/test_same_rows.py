"""What is written by texts of our own is what SQLAlchemy would have written, to the last bit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import RFC_4122, UUID

from sqlalchemy import Connection, delete, insert, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_adapters.sql.tables.schema import schema
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind, Payment
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Answer, Operation, OperationKey, Outcome
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.record import dump
from cashhaven_domain.stock.product import ProductId
from tests.support.clients import a_client
from tests.support.products import ADDED, KEEPER, a_product
from tests.support.selling import a_sale, an_order

HOSTILE = "'; COMMIT; -- \\ \\' \" ` % %s ? \n 🥝"
AT = ADDED + timedelta(microseconds=7)
FULL = {
    "order",
    "order_item",
    "order_payment",
    "order_step",
    "sale",
    "stock_movement",
    "price_history",
    "outbox",
    "idempotency",
    "product",
}


async def write_everything(database: Database) -> None:
    """Write at least a row of each kind, with and without what may be missing."""
    operations = [
        Operation(KEEPER, OperationKey(f"key-{number}"), "sell", bytes(range(32)))
        for number in (1, 2)
    ]
    async with SqlUnitOfWork(database) as uow:
        await uow.clients.add(a_client(1))
        await uow.products.add(a_product(1, name=HOSTILE.replace("\n", "")))
        await uow.products.add(a_product(2, minimum=Quantity.of("0.5")))
        await uow.commit()
    async with SqlUnitOfWork(database) as uow:
        _ = await uow.operations.claim(operations, AT)
        shelf = await uow.products.get_many_for_update([ProductId(1), ProductId(2)])
        one, two = shelf.values()
        orders = [
            an_order(1, one, two),
            an_order(
                2,
                two,
                one,
                client_id=ClientId(1),
                notes=HOSTILE,
                operation_key="7:';COMMIT;--\\'",
                payments=(Payment(method=PaymentMethod.PIX, amount=Money.of("24.00")),),
                delivery=Delivery(kind=DeliveryKind.DOOR, address=HOSTILE, minutes=40),
            ),
        ]
        orders[0].move_to(OrderStatus.PREPARING, actor=Actor(user_id=KEEPER, name="Bia"), at=AT)
        one.receive(Quantity.of("2.125"), purchase_price=Money.of("5.33"), by=KEEPER, at=AT)
        two.withdraw(
            Quantity.of("0.001"), lost=True, note=HOSTILE.replace("\n", ""), by=KEEPER, at=AT
        )
        sale = a_sale(1, two, client_id=ClientId(1), payment=PaymentMethod.CASH)
        await uow.orders.add_many(orders)
        await uow.sales.add_many([sale, a_sale(2, two)])
        await uow.products.save_many([one, two])
        answers = [Answer(Outcome.DONE, dump({"text": HOSTILE}), n) for n in (None, 2)]
        await uow.operations.settle(list(zip(operations, answers, strict=True)))
        await uow.commit()


async def stored(database: Database) -> dict[str, list[str]]:
    """Return all rows as the driver gives them, with their types."""

    def read(connection: Connection) -> dict[str, list[str]]:
        return {
            name: [
                repr(tuple(row)) for row in connection.exec_driver_sql(f"SELECT * FROM `{name}`")
            ]
            for name in FULL
        }

    async with database.reading() as session:
        return await session.call(read)


async def test_sqlalchemy_would_write_the_same_rows(database: Database) -> None:
    await write_everything(database)
    before = await stored(database)
    assert all(before[name] for name in FULL)
    tables = [table for table in schema.sorted_tables if table.name in FULL]
    kept: dict[str, Sequence[Any]] = {}
    async with database.writing() as session:
        for table in reversed(tables):
            kept[table.name] = await session.rows(select(table))
            _ = await session.run(delete(table))
        for table in tables:
            _ = await session.run(insert(table), [dict(row._mapping) for row in kept[table.name]])
        await session.commit()
    assert await stored(database) == before


async def test_events_have_uuids_of_their_own(database: Database) -> None:
    await write_everything(database)
    async with database.reading() as session:
        numbers = [UUID(bytes=row.event_id) for row in await session.rows(select(outbox))]
    assert len(set(numbers)) == len(numbers) > 4
    assert {(number.version, number.variant) for number in numbers} == {(7, RFC_4122)}
    assert sorted(numbers) == numbers or len({number.time for number in numbers}) > 1
