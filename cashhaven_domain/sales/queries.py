"""Questions about sales, and the views that answer them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.sale import Cancellation, Sale, SaleId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleView:
    """A sale as it stands."""

    id: SaleId
    product_id: ProductId
    quantity: Quantity
    unit_price: Money
    total: Money
    began_at: datetime
    ended_at: datetime
    operator_id: UserId
    client_id: ClientId | None
    payment: PaymentMethod | None
    registered_at: datetime
    cancellation: Cancellation | None

    @property
    def duration_seconds(self) -> int:
        """How long the operator was busy with it."""
        return int((self.ended_at - self.began_at).total_seconds())

    @classmethod
    def of(cls, sale: Sale) -> Self:
        """Return the sale's view."""
        return cls(
            id=sale.id,
            product_id=sale.product_id,
            quantity=sale.quantity,
            unit_price=sale.unit_price,
            total=sale.total,
            began_at=sale.began_at,
            ended_at=sale.ended_at,
            operator_id=sale.operator_id,
            client_id=sale.client_id,
            payment=sale.payment,
            registered_at=sale.registered_at,
            cancellation=sale.cancellation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFilter:
    """Which sales are wanted; `None` wants all of them."""

    period: Period = field(default_factory=Period)
    product_id: ProductId | None = None
    operator_id: UserId | None = None


class SaleQueries(Protocol):
    """Reads sales; takes no locks."""

    async def list_sales(self, wanted: SaleFilter, page: PageRequest) -> Page[SaleView]:
        """Return sales by the moment they were registered, newest first, then highest id first."""
        ...
