"""Sales over the counter."""

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
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_adapters.sql.types import (
    CostColumn,
    Count,
    Flag,
    Id,
    Key,
    Moment,
    MoneyColumn,
    QuantityColumn,
    Word,
)
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import NOTE_LENGTH

PERMANENT_KEY_LENGTH = 276
"""A number of 64 bits, a colon, and the longest operation key."""


class _SaleColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    product_id: Named[int] = Column(Id(), ForeignKey(products.c.id))
    quantity: Named[Quantity] = Column(QuantityColumn())
    unit_price: Named[Money] = Column(MoneyColumn())
    list_price: Named[Money] = Column(MoneyColumn())
    """What the product was sold for at that moment; another `unit_price` was somebody's choice."""
    total: Named[Money] = Column(MoneyColumn())
    average_cost: Named[UnitCost] = Column(CostColumn())
    began_at: Named[datetime] = Column(Moment())
    ended_at: Named[datetime] = Column(Moment())
    operator_id: Named[int] = Column(Id())
    client_id: Named[int | None] = Column(Id(), ForeignKey(clients.c.id))
    payment: Named[str | None] = Column(Key(16))
    operation_key: Named[str | None] = Column(Key(PERMANENT_KEY_LENGTH))
    """Kept for ever: no key makes a second sale, whatever became of the answer."""
    registered_at: Named[datetime] = Column(Moment())
    cancelled_at: Named[datetime | None] = Column(Moment())
    cancelled_by: Named[int | None] = Column(Id())
    cancel_reason: Named[str | None] = Column(Word(NOTE_LENGTH))
    stock_returned: Named[bool | None] = Column(Flag())
    version: Named[int] = Column(Count())


sales = Table(
    "sale",
    metadata,
    _SaleColumns,
    UniqueConstraint("operation_key"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("total >= 0", name="total"),
    Index(None, "registered_at", "id"),
    Index(None, "product_id", "registered_at", "id"),
    Index(None, "operator_id", "registered_at", "id"),
    Index(None, "client_id", "registered_at", "id"),
    **STORED,
)
