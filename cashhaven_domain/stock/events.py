"""What happened in the stock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit


class CardChange(StrEnum):
    """What became of a product's card."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChanged(DomainEvent):
    """There is more or less of a product.

    Of the balances that it had within one transaction only the last is told.
    """

    topic: ClassVar[str] = "stock"
    name: ClassVar[str] = "stock.balance_changed"

    product_id: int
    balance: Quantity

    @property
    def aggregate_id(self) -> int:
        """The product."""
        return self.product_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanged(DomainEvent):
    """A product was added, its card was changed, or it was removed."""

    topic: ClassVar[str] = "stock"
    name: ClassVar[str] = "stock.product_changed"

    product_id: int
    change: CardChange
    product_name: str
    supplier: str
    sale_price: Money
    minimum: Quantity | None
    unit: Unit
    balance: Quantity
    version: int

    @property
    def aggregate_id(self) -> int:
        """The product."""
        return self.product_id
