"""What happened to orders: what screens show of them, and neither addresses nor costs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(DomainEvent):
    """Something that happened to an order."""

    topic: ClassVar[str] = "orders"

    order_id: int

    @property
    def aggregate_id(self) -> int:
        """The order."""
        return self.order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedItem:
    """An item of a new order; `list_price` is what the product cost on the shelf."""

    product_id: int
    quantity: Quantity
    unit_price: Money
    list_price: Money
    product_name: str | None = None
    total: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCreated(OrderEvent):
    """An order was placed; whoever prepares it needs to know no more than this.

    `delivery` is the kind of delivery, `expected_at` when the goods were promised.
    """

    name: ClassVar[str] = "order.created"

    status: str
    items: tuple[OrderedItem, ...]
    total: Money
    client_id: int | None
    delivery: str | None
    operator_id: UserId
    notes: str | None = field(default=None, repr=False)
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatusChanged(OrderEvent):
    """An order went from one state to another.

    `stock_returned` is known when it was cancelled: else the goods are lost. `version` is that of
    the order from now on.
    """

    name: ClassVar[str] = "order.status_changed"

    before: str
    status: str
    stock_returned: bool | None
    user_id: UserId
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFiscalUpdated(OrderEvent):
    """The fiscal issuer answered about an order: the document as it stands since then."""

    name: ClassVar[str] = "order.fiscal_updated"

    uuid: str
    status: str
    reason: str | None = None
    number: str | None = None
    series: str | None = None
    model: str | None = None
    receipt: str | None = None
    access_key: str | None = None
    created_at: datetime | None = None
    """When the first answer about the document came."""
