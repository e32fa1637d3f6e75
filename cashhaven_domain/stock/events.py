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
class BalanceNow:
    """How much there is of a product, and whether that is no more than its minimum."""

    product_id: int
    balance: Quantity
    low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancesChanged(DomainEvent):
    """There is more or less of some products: all those that one transaction changed.

    Of the balances that a product had within the transaction only the last is told.
    """

    topic: ClassVar[str] = "stock"
    name: ClassVar[str] = "stock.balance_changed"

    balances: tuple[BalanceNow, ...]

    @property
    def aggregate_id(self) -> int:
        """The first of the products."""
        return self.balances[0].product_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLow(DomainEvent):
    """A balance fell to the product's minimum or below it; told once, as it falls."""

    topic: ClassVar[str] = "stock"
    name: ClassVar[str] = "stock.low"

    product_id: int
    product_name: str
    balance: Quantity
    minimum: Quantity
    unit: Unit

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
