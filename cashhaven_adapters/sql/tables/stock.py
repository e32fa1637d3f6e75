"""Products with their balances, the ledger, and what products were sold and bought for."""

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

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import (
    AutoId,
    Binary,
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
from cashhaven_domain.shared.text import NAME_LENGTH, NOTE_LENGTH
from cashhaven_domain.stock.naming import FOLDED_LENGTH


class _ProductColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    name: Named[str] = Column(Word(NAME_LENGTH))
    name_folded: Named[str] = Column(Word(FOLDED_LENGTH))
    supplier: Named[str] = Column(Word(NAME_LENGTH))
    unit: Named[str] = Column(Key(8))
    purchase_price: Named[Money] = Column(MoneyColumn())
    sale_price: Named[Money] = Column(MoneyColumn())
    average_cost: Named[UnitCost] = Column(CostColumn())
    minimum: Named[Quantity | None] = Column(QuantityColumn())
    balance: Named[Quantity] = Column(QuantityColumn())
    """Changed by guarded differences only; the check is a last wall that never stops anyone."""
    active: Named[bool] = Column(Flag())
    likeness: Named[bytes | None] = Column(Binary(32))
    """Equal for all spellings of a name from a supplier; none when the product was removed."""
    version: Named[int] = Column(Count())
    """Counts changes of the card."""
    changes: Named[int] = Column(Id())
    """Counts changes of the balance."""


products = Table(
    "product",
    metadata,
    _ProductColumns,
    UniqueConstraint("likeness"),
    CheckConstraint("balance >= 0", name="balance"),
    **STORED,
)


class _MovementColumns(TypedColumns):
    id: Named[int] = Column(AutoId(), primary_key=True)
    product_id: Named[int] = Column(Id(), ForeignKey(products.c.id))
    reason: Named[str] = Column(Key(16))
    quantity: Named[Quantity] = Column(QuantityColumn())
    balance_before: Named[Quantity] = Column(QuantityColumn())
    balance_after: Named[Quantity] = Column(QuantityColumn())
    note: Named[str | None] = Column(Word(NOTE_LENGTH))
    origin_kind: Named[str | None] = Column(Key(16))
    origin_id: Named[int | None] = Column(Id())
    user_id: Named[int] = Column(Id())
    at: Named[datetime] = Column(Moment())


movements = Table(
    "stock_movement",
    metadata,
    _MovementColumns,
    Index(None, "product_id", "at", "id"),
    Index(None, "at", "id"),
    sqlite_autoincrement=True,
    **STORED,
)


class _PriceColumns(TypedColumns):
    id: Named[int] = Column(AutoId(), primary_key=True)
    product_id: Named[int] = Column(Id(), ForeignKey(products.c.id))
    sale_price: Named[Money] = Column(MoneyColumn())
    purchase_price: Named[Money] = Column(MoneyColumn())
    user_id: Named[int] = Column(Id())
    at: Named[datetime] = Column(Moment())


prices = Table(
    "price_history",
    metadata,
    _PriceColumns,
    Index(None, "product_id", "id"),
    sqlite_autoincrement=True,
    **STORED,
)
