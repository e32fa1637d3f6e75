"""Orders with their items, payments and history, their numbers, and their fiscal documents."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
)

from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.tables.sales import PERMANENT_KEY_LENGTH
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_adapters.sql.types import (
    Binary,
    CostColumn,
    Count,
    Id,
    Key,
    Moment,
    MoneyColumn,
    Note,
    QuantityColumn,
    Word,
)
from cashhaven_domain.orders.fiscal_document import NUMBER_LENGTH, UUID_LENGTH
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import NAME_LENGTH, NOTE_LENGTH


class _OrderColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    status: Named[str] = Column(Key(16))
    client_id: Named[int | None] = Column(Id(), ForeignKey(clients.c.id))
    total: Named[Money] = Column(MoneyColumn())
    notes: Named[str | None] = Column(Note())
    delivery_kind: Named[str | None] = Column(Key(16))
    delivery_address: Named[str | None] = Column(Note())
    crypt_id: Named[bytes | None] = Column(Binary(16))
    """Random, of this row alone: it binds an encrypted address to the row; none without one."""
    delivery_minutes: Named[int | None] = Column(Count())
    operator_id: Named[int] = Column(Id())
    operation_key: Named[str | None] = Column(Key(PERMANENT_KEY_LENGTH))
    """Kept for ever: no key places a second order, whatever became of the answer."""
    created_at: Named[datetime] = Column(Moment())
    version: Named[int] = Column(Count())


orders = Table(
    "order",
    metadata,
    _OrderColumns,
    UniqueConstraint("operation_key"),
    CheckConstraint("total >= 0", name="total"),
    Index(None, "created_at", "id"),
    Index(None, "status", "created_at", "id"),
    Index(None, "client_id", "created_at", "id"),
    **STORED,
)


class _ItemColumns(TypedColumns):
    order_id: Named[int] = Column(
        Id(), ForeignKey(orders.c.id), primary_key=True, autoincrement=False
    )
    position: Named[int] = Column(Count(), primary_key=True, autoincrement=False)
    product_id: Named[int] = Column(Id(), ForeignKey(products.c.id))
    product_name: Named[str] = Column(Word(NAME_LENGTH))
    quantity: Named[Quantity] = Column(QuantityColumn())
    unit_price: Named[Money] = Column(MoneyColumn())
    list_price: Named[Money] = Column(MoneyColumn())
    total: Named[Money] = Column(MoneyColumn())
    average_cost: Named[UnitCost] = Column(CostColumn())


order_items = Table(
    "order_item",
    metadata,
    _ItemColumns,
    CheckConstraint("quantity > 0", name="quantity"),
    Index(None, "product_id", "order_id"),
    **STORED,
)


class _PaymentColumns(TypedColumns):
    order_id: Named[int] = Column(
        Id(), ForeignKey(orders.c.id), primary_key=True, autoincrement=False
    )
    position: Named[int] = Column(Count(), primary_key=True, autoincrement=False)
    method: Named[str] = Column(Key(16))
    amount: Named[Money] = Column(MoneyColumn())


order_payments = Table("order_payment", metadata, _PaymentColumns, **STORED)


class _StepColumns(TypedColumns):
    order_id: Named[int] = Column(
        Id(), ForeignKey(orders.c.id), primary_key=True, autoincrement=False
    )
    position: Named[int] = Column(Count(), primary_key=True, autoincrement=False)
    """From 1: the order itself tells its first step."""
    status: Named[str] = Column(Key(16))
    at: Named[datetime] = Column(Moment())
    user_id: Named[int] = Column(Id())


order_steps = Table("order_step", metadata, _StepColumns, Index(None, "at"), **STORED)


class _NumberColumns(TypedColumns):
    number: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    user_id: Named[int] = Column(Id())
    handed_out_at: Named[datetime] = Column(Moment())


order_numbers = Table("order_number", metadata, _NumberColumns, **STORED)
"""Numbers that were handed out and wait for their orders."""


class _FiscalColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    order_id: Named[int] = Column(Id(), ForeignKey(orders.c.id))
    uuid: Named[str] = Column(Word(UUID_LENGTH))
    status: Named[str] = Column(Key(16))
    reason: Named[str | None] = Column(Word(NOTE_LENGTH))
    number: Named[str | None] = Column(Word(NUMBER_LENGTH))
    series: Named[str | None] = Column(Word(NUMBER_LENGTH))
    model: Named[str | None] = Column(Word(NUMBER_LENGTH))
    receipt: Named[str | None] = Column(Word(NUMBER_LENGTH))
    access_key: Named[str | None] = Column(Key(44))
    created_at: Named[datetime] = Column(Moment())
    updated_at: Named[datetime] = Column(Moment())
    version: Named[int] = Column(Count())


fiscal_documents = Table(
    "fiscal_document",
    metadata,
    _FiscalColumns,
    UniqueConstraint("uuid"),
    Index(None, "order_id", "id"),
    Index(None, "created_at", "id"),
    Index(None, "status", "created_at", "id"),
    **STORED,
)
