"""Orders, their numbers and their fiscal documents in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from cashhaven_adapters.sql.repositories.order_rows import (
    ITEMS,
    ORDERS,
    PAYMENTS,
    STEPS,
    OrderParts,
    document_of,
    document_row,
    item_rows,
    new_step_rows,
    order_row,
    payment_rows,
)
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import FOR_UPDATE, Change, Insert, Question, listing
from cashhaven_adapters.sql.tables.orders import (
    fiscal_documents,
    order_items,
    order_numbers,
    orders,
)
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import FiscalDocument
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.ports import (
    FiscalDocumentRepository,
    OrderNumbers,
    OrderRepository,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict
from cashhaven_domain.stock.product import ProductId

_REFUSALS = {"uq_order_operation_key": StorageConflict}


def used_order_keys(keys: Collection[str]) -> Question:
    """Return what finds those of the keys that placed an order."""
    text = listing("SELECT operation_key FROM `order` WHERE operation_key IN (...)", keys)
    return Question("order", text, sorted(keys), (str,))


def those_waiting(numbers: Collection[OrderId]) -> Question:
    """Return what holds those of the numbers that wait for an order."""
    text = listing("SELECT number FROM order_number WHERE number IN (...) ORDER BY number", numbers)
    return Question("order_number", text, sorted(numbers), (int,), FOR_UPDATE)


class SqlOrders(OrderRepository):
    """The orders that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def add_many(self, new: Sequence[Order]) -> None:
        """Keep new orders: one statement for each table."""
        if not new:
            return
        collect = self._session.collect
        collect(Insert(ORDERS, list(map(order_row, new)), refusals=_REFUSALS))
        collect(Insert(ITEMS, item_rows(new)))
        payments = payment_rows(new)
        if payments:
            collect(Insert(PAYMENTS, payments))
        steps = new_step_rows(new)
        if steps:
            collect(Insert(STEPS, steps))
        for order in new:
            self._settle(order)

    async def get_product_ids(self, order_id: OrderId) -> frozenset[ProductId]:
        """Return what was ordered."""
        rows = await self._session.rows(
            select(order_items.c.product_id).where(order_items.c.order_id == order_id)
        )
        if not rows:
            raise OrderNotFound(order_id)
        return frozenset(ProductId(row.product_id) for row in rows)

    async def get_by_key(self, permanent_key: str) -> Order:
        """Return the order that the key placed."""
        row = await self._session.first(
            select(orders).where(orders.c.operation_key == permanent_key)
        )
        assert row is not None, "the key was found used"
        parts = await OrderParts.load(self._session, [row.id])
        return parts.order_of(row)

    async def hold(self, order_id: OrderId) -> None:
        """Hold the order."""
        held = select(orders.c.id).where(orders.c.id == order_id).with_for_update()
        if await self._session.first(held) is None:
            raise OrderNotFound(order_id)

    async def get_for_update(self, order_id: OrderId) -> Order:
        """Return the order and hold it."""
        row = await self._session.first(
            select(orders).where(orders.c.id == order_id).with_for_update()
        )
        if row is None:
            raise OrderNotFound(order_id)
        parts = await OrderParts.load(self._session, [order_id])
        return parts.order_of(row)

    async def save(self, order: Order) -> None:
        """Keep its state and its new steps."""
        versioned = (
            update(orders)
            .where(orders.c.id == order.id, orders.c.version == order.version)
            .values(status=order.status, version=order.version + 1)
        )
        if await self._session.run(versioned) != 1:
            raise StaleAggregate()
        order.version += 1
        steps = new_step_rows([order])
        if steps:
            self._session.collect(Insert(STEPS, steps))
        self._settle(order)

    def _settle(self, order: Order) -> None:
        self._session.events += order.take_events()
        order.forget_changes()


class SqlOrderNumbers(OrderNumbers):
    """The numbers that wait for their orders."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def hand_out(self, number: OrderId, *, by: UserId, at: datetime) -> None:
        """Note that somebody was given the number."""
        row = {"number": number, "user_id": by, "handed_out_at": at}
        _ = await self._session.run(insert(order_numbers), row)

    async def hold_waiting(self, numbers: Collection[OrderId]) -> frozenset[OrderId]:
        """Return those that wait, and hold them."""
        (rows,) = await self._session.ask(those_waiting(numbers))
        return frozenset(OrderId(number) for (number,) in rows)

    async def use(self, numbers: Collection[OrderId]) -> None:
        """Forget the numbers, which are held."""
        if numbers:
            text = listing("DELETE FROM order_number WHERE number IN (...)", numbers)
            used = Change("order_number", text, [sorted(numbers)], expected=len(numbers))
            self._session.collect(used)


class SqlFiscalDocuments(FiscalDocumentRepository):
    """The fiscal documents that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def find_for_update(self, uuid: str) -> FiscalDocument | None:
        """Return the document and hold it."""
        row = await self._session.first(
            select(fiscal_documents).where(fiscal_documents.c.uuid == uuid).with_for_update()
        )
        return None if row is None else document_of(row)

    async def find_all_of(self, order_id: OrderId) -> Sequence[FiscalDocument]:
        """Return the documents of the order."""
        rows = await self._session.rows(
            select(fiscal_documents)
            .where(fiscal_documents.c.order_id == order_id)
            .order_by(fiscal_documents.c.id)
        )
        return [document_of(row) for row in rows]

    async def add(self, document: FiscalDocument) -> None:
        """Keep a new document."""
        _ = await self._session.run(
            insert(fiscal_documents),
            document_row(document),
            refusals={"uq_fiscal_document_uuid": StorageConflict},
        )
        self._session.events += document.take_events()

    async def save(self, document: FiscalDocument) -> None:
        """Keep what changed."""
        versioned = (
            update(fiscal_documents)
            .where(
                fiscal_documents.c.id == document.id,
                fiscal_documents.c.version == document.version,
            )
            .values(document_row(document) | {"version": document.version + 1})
        )
        if await self._session.run(versioned) != 1:
            raise StaleAggregate()
        document.version += 1
        self._session.events += document.take_events()
