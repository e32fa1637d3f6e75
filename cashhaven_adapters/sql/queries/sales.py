"""Questions about sales, answered by SQL."""

from typing import Any

from sqlalchemy import Row, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.newest_first import newest_first
from cashhaven_adapters.sql.repositories.sales import cancellation_of
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.queries import SaleFilter, SaleQueries, SaleView
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.stock.product import ProductId


class SqlSaleQueries(SaleQueries):
    """Reads on connections of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_sales(self, wanted: SaleFilter, page: PageRequest) -> Page[SaleView]:
        """Return sales, newest first."""
        chosen = newest_first(select(sales), sales.c.registered_at, sales.c.id, wanted.period, page)
        if wanted.product_id is not None:
            chosen = chosen.where(sales.c.product_id == wanted.product_id)
        if wanted.operator_id is not None:
            chosen = chosen.where(sales.c.operator_id == wanted.operator_id)
        async with self._database.reading() as session:
            rows = await session.rows(chosen)
        views = [_view_of(row) for row in rows]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.registered_at))


def _view_of(row: Row[*tuple[Any, ...]]) -> SaleView:
    return SaleView(
        id=SaleId(row.id),
        product_id=ProductId(row.product_id),
        quantity=row.quantity,
        unit_price=row.unit_price,
        total=row.total,
        began_at=row.began_at,
        ended_at=row.ended_at,
        operator_id=UserId(row.operator_id),
        client_id=None if row.client_id is None else ClientId(row.client_id),
        payment=None if row.payment is None else PaymentMethod(row.payment),
        registered_at=row.registered_at,
        cancellation=cancellation_of(row),
    )
