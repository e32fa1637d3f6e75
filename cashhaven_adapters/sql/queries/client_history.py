"""What a client bought, by SQL."""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, func, select

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.orders import orders
from cashhaven_adapters.sql.tables.sales import sales
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


async def history_of(client_id: ClientId, session: SqlSession) -> ClientHistory:
    """Return the history of a client who exists."""
    return ClientHistory(
        client_id=client_id,
        sales=await _sales_of(client_id, session),
        orders=await _orders_of(client_id, session),
        sale_figures=await _figures(
            session,
            sales.c.total,
            sales.c.registered_at,
            (sales.c.client_id == client_id) & sales.c.cancelled_at.is_(None),
        ),
        order_figures=await _figures(
            session,
            orders.c.total,
            orders.c.created_at,
            (orders.c.client_id == client_id) & (orders.c.status != OrderStatus.CANCELLED.value),
        ),
    )


async def _sales_of(client_id: ClientId, session: SqlSession) -> tuple[ClientSale, ...]:
    rows = await session.rows(
        select(
            sales.c.id,
            sales.c.product_id,
            sales.c.quantity,
            sales.c.unit_price,
            sales.c.total,
            sales.c.registered_at,
            sales.c.cancelled_at,
        )
        .where(sales.c.client_id == client_id)
        .order_by(sales.c.registered_at.desc(), sales.c.id.desc())
        .limit(HISTORY_LENGTH)
    )
    return tuple(
        ClientSale(
            id=sale_id,
            product_id=product_id,
            quantity=quantity,
            unit_price=unit_price,
            total=total,
            sold_at=sold_at,
            cancelled=cancelled_at is not None,
        )
        for sale_id, product_id, quantity, unit_price, total, sold_at, cancelled_at in rows
    )


async def _orders_of(client_id: ClientId, session: SqlSession) -> tuple[ClientOrder, ...]:
    rows = await session.rows(
        select(orders.c.id, orders.c.status, orders.c.total, orders.c.created_at)
        .where(orders.c.client_id == client_id)
        .order_by(orders.c.created_at.desc(), orders.c.id.desc())
        .limit(HISTORY_LENGTH)
    )
    return tuple(
        ClientOrder(
            id=order_id,
            status=status,
            total=total,
            placed_at=placed_at,
            cancelled=status == OrderStatus.CANCELLED.value,
        )
        for order_id, status, total, placed_at in rows
    )


async def _figures(
    session: SqlSession,
    total: Column[Money],
    moment: Column[datetime],
    condition: ColumnElement[bool],
) -> ClientFigures:
    row = await session.first(
        select(func.count(), func.sum(total), func.max(moment)).where(condition)
    )
    assert row is not None
    count, in_all, last_at = row
    return ClientFigures(count=count, total=in_all if count else Money.zero(), last_at=last_at)
