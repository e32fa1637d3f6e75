"""What happened to sales: what lists show of them, and no costs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRegistered(DomainEvent):
    """A product was sold over the counter.

    `list_price` is what it cost on the shelf; where `unit_price` is another, somebody chose it.
    """

    topic: ClassVar[str] = "sales"
    name: ClassVar[str] = "sale.registered"

    sale_id: int
    product_id: int
    quantity: Quantity
    unit_price: Money
    list_price: Money
    total: Money
    payment: PaymentMethod | None
    client_id: int | None
    operator_id: UserId
    product_name: str | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def aggregate_id(self) -> int:
        """The sale."""
        return self.sale_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCancelled(DomainEvent):
    """A sale was taken back."""

    topic: ClassVar[str] = "sales"
    name: ClassVar[str] = "sale.cancelled"

    sale_id: int
    product_id: int
    quantity: Quantity
    total: Money
    stock_returned: bool
    user_id: UserId
    product_name: str | None = None
    reason: str | None = field(default=None, repr=False)

    @property
    def aggregate_id(self) -> int:
        """The sale."""
        return self.sale_id
