"""What the wire says about what a client bought."""

from datetime import datetime
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from cashhaven_adapters.litestar.wire import View
from cashhaven_domain.clients.queries import ClientFigures, ClientHistory
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity


class ClientSaleOut(View, kw_only=True, frozen=True):
    """A sale over the counter."""

    id: Annotated[int, Meta(examples=[1])]
    product_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="produto_id")
    quantity: Quantity = msgspec.field(name="quantidade")
    unit_price: Money = msgspec.field(name="preco_unitario")
    total: Money
    sold_at: datetime = msgspec.field(name="em")
    cancelled: bool = msgspec.field(name="cancelada")


class ClientOrderOut(View, kw_only=True, frozen=True):
    """An order."""

    id: Annotated[int, Meta(examples=[1])]
    status: Annotated[str, Meta(examples=["entregue"])]
    total: Money
    placed_at: datetime = msgspec.field(name="em")
    cancelled: bool = msgspec.field(name="cancelado")


class FiguresOut(View, kw_only=True, frozen=True):
    """What was not cancelled, counted and added up."""

    count: Annotated[int, Meta(examples=[2])] = msgspec.field(name="quantidade")
    total: Money

    @classmethod
    def of_figures(cls, figures: ClientFigures) -> Self:
        """Return what the wire shows of these figures."""
        return cls(count=figures.count, total=figures.total)


class TotalsOut(View, kw_only=True, frozen=True):
    """The figures of sales, of orders and of both."""

    sales: FiguresOut = msgspec.field(name="vendas")
    orders: FiguresOut = msgspec.field(name="pedidos")
    count: Annotated[int, Meta(examples=[2])] = msgspec.field(name="quantidade")
    total: Money


class ClientHistoryOut(View, kw_only=True, frozen=True):
    """What a client bought, newest first; the figures leave out what was cancelled."""

    client_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="cliente_id")
    sales: list[ClientSaleOut] = msgspec.field(name="vendas")
    orders: list[ClientOrderOut] = msgspec.field(name="pedidos")
    totals: TotalsOut = msgspec.field(name="totais")
    last_visit: datetime | None = msgspec.field(name="ultima_visita")
    average_ticket: Money | None = msgspec.field(name="ticket_medio")

    @classmethod
    def of_history(cls, history: ClientHistory) -> Self:
        """Return what the wire shows of this history."""
        return cls(
            client_id=history.client_id,
            sales=[ClientSaleOut.of(sale) for sale in history.sales],
            orders=[ClientOrderOut.of(order) for order in history.orders],
            totals=TotalsOut(
                sales=FiguresOut.of_figures(history.sale_figures),
                orders=FiguresOut.of_figures(history.order_figures),
                count=history.sale_figures.count + history.order_figures.count,
                total=history.total,
            ),
            last_visit=history.last_visit,
            average_ticket=history.average_ticket,
        )
