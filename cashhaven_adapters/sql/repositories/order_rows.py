"""Orders and fiscal documents as rows, and rows as orders and fiscal documents."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select

from cashhaven_adapters.sql.repositories.clients import CRYPT_ID_BYTES
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Into, Record
from cashhaven_adapters.sql.tables.orders import order_items, order_payments, order_steps
from cashhaven_adapters.sql.tables.orders import orders as orders_table
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.fiscal_document import FiscalDocument, FiscalDocumentId, FiscalStatus
from cashhaven_domain.orders.order import Order, OrderItem, OrderStep
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind, OrderId, Payment
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.stock.product import ProductId

Found = Row[*tuple[Any, ...]]

ORDERS_AT_ONCE = 500
"""How many orders' parts one statement asks for."""

ORDERS = Into(
    orders_table,
    "id",
    "status",
    "client_id",
    "total",
    "notes",
    "delivery_kind",
    "delivery_address",
    "crypt_id",
    "delivery_minutes",
    "operator_id",
    "operation_key",
    "created_at",
    "version",
)
ITEMS = Into(
    order_items,
    "order_id",
    "position",
    "product_id",
    "product_name",
    "quantity",
    "unit_price",
    "list_price",
    "total",
    "average_cost",
)
PAYMENTS = Into(order_payments, "order_id", "position", "method", "amount")
STEPS = Into(order_steps, "order_id", "position", "status", "at", "user_id")


@dataclass(frozen=True, slots=True)
class OrderParts:
    """The rows that belong to some orders, by order, each in its place."""

    items: dict[int, list[Found]]
    payments: dict[int, list[Found]]
    steps: dict[int, list[Found]]

    @classmethod
    async def load(cls, session: SqlSession, order_ids: Sequence[int]) -> "OrderParts":
        """Return the parts of these orders."""
        return cls(
            items=await _by_order(session, order_items, order_ids),
            payments=await _by_order(session, order_payments, order_ids),
            steps=await _by_order(session, order_steps, order_ids),
        )

    def order_of(self, row: Found) -> Order:
        """Return the order of the row."""
        return Order(
            id=OrderId(row.id),
            status=OrderStatus(row.status),
            client_id=None if row.client_id is None else ClientId(row.client_id),
            items=tuple(_item_of(item) for item in self.items[row.id]),
            total=row.total,
            notes=row.notes,
            payments=tuple(
                Payment(method=PaymentMethod(part.method), amount=part.amount)
                for part in self.payments[row.id]
            ),
            delivery=_delivery_of(row),
            operator_id=UserId(row.operator_id),
            operation_key=row.operation_key,
            created_at=row.created_at,
            history=[
                OrderStep(
                    status=OrderStatus.RECEIVED, at=row.created_at, user_id=UserId(row.operator_id)
                ),
                *[_step_of(step) for step in self.steps[row.id] if step.position],
            ],
            version=row.version,
        )


async def _by_order(
    session: SqlSession, table: Table, order_ids: Sequence[int]
) -> dict[int, list[Found]]:
    found: dict[int, list[Found]] = defaultdict(list)
    wanted = table.c.order_id
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        rows = await session.rows(
            select(table)
            .where(wanted.in_(order_ids[start : start + ORDERS_AT_ONCE]))
            .order_by(wanted, table.c.position)
        )
        for row in rows:
            found[row.order_id].append(row)
    return found


def order_row(order: Order) -> Record:
    """Return the order without its parts."""
    delivery = order.delivery
    address = None if delivery is None else delivery.address
    return (
        order.id,
        order.status,
        order.client_id,
        order.total,
        order.notes,
        None if delivery is None else delivery.kind,
        address,
        None if address is None else secrets.token_bytes(CRYPT_ID_BYTES),
        None if delivery is None else delivery.minutes,
        order.operator_id,
        order.operation_key,
        order.created_at,
        order.version,
    )


def item_rows(orders: Iterable[Order]) -> list[Record]:
    """Return the items of the orders."""
    return [
        (
            order.id,
            position,
            item.product_id,
            item.product_name,
            item.quantity,
            item.unit_price,
            item.list_price,
            item.total,
            item.average_cost,
        )
        for order in orders
        for position, item in enumerate(order.items)
    ]


def payment_rows(orders: Iterable[Order]) -> list[Record]:
    """Return the payments of the orders."""
    return [
        (order.id, position, payment.method, payment.amount)
        for order in orders
        for position, payment in enumerate(order.payments)
    ]


def new_step_rows(orders: Iterable[Order]) -> list[Record]:
    """Return the steps of the orders that are not stored yet; the first is the order itself."""
    return [
        (order.id, position, step.status, step.at, step.user_id)
        for order in orders
        for position, step in enumerate(
            order.new_steps, start=len(order.history) - len(order.new_steps)
        )
        if position
    ]


def document_of(row: Found) -> FiscalDocument:
    """Return the fiscal document of the row."""
    return FiscalDocument(
        id=FiscalDocumentId(row.id),
        order_id=OrderId(row.order_id),
        uuid=row.uuid,
        status=FiscalStatus(row.status),
        reason=row.reason,
        number=row.number,
        series=row.series,
        model=row.model,
        receipt=row.receipt,
        access_key=None if row.access_key is None else AccessKey(row.access_key),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def document_row(document: FiscalDocument) -> dict[str, Any]:
    """Return the document as a row."""
    return {
        "id": document.id,
        "order_id": document.order_id,
        "uuid": document.uuid,
        "status": document.status,
        "reason": document.reason,
        "number": document.number,
        "series": document.series,
        "model": document.model,
        "receipt": document.receipt,
        "access_key": None if document.access_key is None else document.access_key.text,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "version": document.version,
    }


def _item_of(row: Found) -> OrderItem:
    return OrderItem(
        product_id=ProductId(row.product_id),
        product_name=row.product_name,
        quantity=row.quantity,
        unit_price=row.unit_price,
        list_price=row.list_price,
        total=row.total,
        average_cost=row.average_cost,
    )


def _step_of(row: Found) -> OrderStep:
    return OrderStep(status=OrderStatus(row.status), at=row.at, user_id=UserId(row.user_id))


def _delivery_of(row: Found) -> Delivery | None:
    if row.delivery_kind is None:
        return None
    return Delivery(
        kind=DeliveryKind(row.delivery_kind),
        address=row.delivery_address,
        minutes=row.delivery_minutes,
    )
