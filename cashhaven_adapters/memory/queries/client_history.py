"""What a client bought, from memory."""

from collections.abc import Sequence

from cashhaven_adapters.memory.repositories.orders import ORDERS
from cashhaven_adapters.memory.repositories.sales import SALES
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import (
    HISTORY_LENGTH,
    ClientFigures,
    ClientHistory,
    ClientOrder,
    ClientSale,
)
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.shared.money import Money


def history_of(client_id: ClientId, store: MemoryStore) -> ClientHistory:
    """Return the history of a client who exists."""
    sales = [
        ClientSale(
            id=sale.id,
            product_id=sale.product_id,
            quantity=sale.quantity,
            unit_price=sale.unit_price,
            total=sale.total,
            sold_at=sale.registered_at,
            cancelled=sale.cancellation is not None,
        )
        for sale in store.rows(SALES).values()
        if sale.client_id == client_id
    ]
    orders = [
        ClientOrder(
            id=order.id,
            status=order.status.value,
            total=order.total,
            placed_at=order.created_at,
            cancelled=order.status is OrderStatus.CANCELLED,
        )
        for order in store.rows(ORDERS).values()
        if order.client_id == client_id
    ]
    sales.sort(key=lambda sale: (sale.sold_at, sale.id), reverse=True)
    orders.sort(key=lambda order: (order.placed_at, order.id), reverse=True)
    return ClientHistory(
        client_id=client_id,
        sales=tuple(sales[:HISTORY_LENGTH]),
        orders=tuple(orders[:HISTORY_LENGTH]),
        sale_figures=_figures_of_sales([sale for sale in sales if not sale.cancelled]),
        order_figures=_figures_of_orders([order for order in orders if not order.cancelled]),
    )


def _figures_of_sales(sales: Sequence[ClientSale]) -> ClientFigures:
    return ClientFigures(
        count=len(sales),
        total=Money.total(sale.total for sale in sales),
        last_at=sales[0].sold_at if sales else None,
    )


def _figures_of_orders(orders: Sequence[ClientOrder]) -> ClientFigures:
    return ClientFigures(
        count=len(orders),
        total=Money.total(order.total for order in orders),
        last_at=orders[0].placed_at if orders else None,
    )
