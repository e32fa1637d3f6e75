"""Questions about orders, and the views that answer them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.fiscal_document import (
    FiscalDocument,
    FiscalDocumentId,
    FiscalStatus,
)
from cashhaven_domain.orders.order import Order, OrderStep
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, OrderId, Payment
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalDocumentView:
    """A fiscal document as it stands."""

    id: FiscalDocumentId
    order_id: OrderId
    uuid: str
    status: FiscalStatus
    reason: str | None
    number: str | None
    series: str | None
    model: str | None
    receipt: str | None
    access_key: AccessKey | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: FiscalDocument) -> Self:
        """Return the document's view."""
        return cls(
            id=document.id,
            order_id=document.order_id,
            uuid=document.uuid,
            status=document.status,
            reason=document.reason,
            number=document.number,
            series=document.series,
            model=document.model,
            receipt=document.receipt,
            access_key=document.access_key,
            created_at=document.created_at,
            updated_at=document.updated_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItemView:
    """An item of an order; the product is called what it was called then."""

    product_id: ProductId
    product_name: str
    quantity: Quantity
    unit_price: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order as it stands."""

    id: OrderId
    status: OrderStatus
    client_id: ClientId | None
    items: tuple[OrderItemView, ...]
    total: Money
    notes: str | None = field(repr=False)
    payments: tuple[Payment, ...]
    delivery: Delivery | None
    expected_at: datetime | None
    operator_id: UserId
    created_at: datetime
    history: tuple[OrderStep, ...]
    fiscal: tuple[FiscalDocumentView, ...]
    version: int

    @classmethod
    def of(cls, order: Order, documents: Iterable[FiscalDocument] = ()) -> Self:
        """Return the order's view, with its fiscal documents."""
        return cls(
            id=order.id,
            status=order.status,
            client_id=order.client_id,
            items=tuple(
                [
                    OrderItemView(
                        product_id=item.product_id,
                        product_name=item.product_name,
                        quantity=item.quantity,
                        unit_price=item.unit_price,
                        total=item.total,
                    )
                    for item in order.items
                ]
            ),
            total=order.total,
            notes=order.notes,
            payments=order.payments,
            delivery=order.delivery,
            expected_at=order.expected_at,
            operator_id=order.operator_id,
            created_at=order.created_at,
            history=tuple(order.history),
            fiscal=tuple([FiscalDocumentView.of(document) for document in documents]),
            version=order.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders are wanted, by the moment they were placed; `None` wants all of them."""

    period: Period = field(default_factory=Period)
    status: OrderStatus | None = None
    client_id: ClientId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalFilter:
    """Which fiscal documents are wanted, by the moment of their first answer."""

    period: Period = field(default_factory=Period)
    status: FiscalStatus | None = None


class OrderQueries(Protocol):
    """Reads orders and fiscal documents; takes no locks."""

    async def get(self, order_id: OrderId) -> OrderView:
        """Return the order.

        Raises:
            OrderNotFound: there is none.
        """
        ...

    async def list_orders(self, wanted: OrderFilter, page: PageRequest) -> Page[OrderView]:
        """Return orders by the moment they were placed, newest first, then highest id first."""
        ...

    async def list_fiscal(
        self, wanted: FiscalFilter, page: PageRequest
    ) -> Page[FiscalDocumentView]:
        """Return fiscal documents by the moment of their first answer, newest first."""
        ...
