"""Questions about orders and fiscal documents, answered by SQL."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.newest_first import newest_first
from cashhaven_adapters.sql.repositories.order_rows import (
    ORDERS_AT_ONCE,
    Found,
    OrderParts,
    document_of,
)
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.orders import fiscal_documents, orders
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import FiscalDocument
from cashhaven_domain.orders.queries import (
    FiscalDocumentView,
    FiscalFilter,
    OrderFilter,
    OrderQueries,
    OrderView,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest


class SqlOrderQueries(OrderQueries):
    """Reads on connections of its own; an order and its parts are of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, order_id: OrderId) -> OrderView:
        """Return the order."""
        async with self._database.reading(snapshot=True) as session:
            rows = await session.rows(select(orders).where(orders.c.id == order_id))
            if not rows:
                raise OrderNotFound(order_id)
            (view,) = await _views_of(session, rows)
        return view

    async def list_orders(self, wanted: OrderFilter, page: PageRequest) -> Page[OrderView]:
        """Return orders, newest first."""
        chosen = newest_first(select(orders), orders.c.created_at, orders.c.id, wanted.period, page)
        if wanted.status is not None:
            chosen = chosen.where(orders.c.status == wanted.status)
        if wanted.client_id is not None:
            chosen = chosen.where(orders.c.client_id == wanted.client_id)
        async with self._database.reading(snapshot=True) as session:
            views = await _views_of(session, await session.rows(chosen))
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.created_at))

    async def list_fiscal(
        self, wanted: FiscalFilter, page: PageRequest
    ) -> Page[FiscalDocumentView]:
        """Return fiscal documents, newest first."""
        columns = fiscal_documents.c
        chosen = newest_first(
            select(fiscal_documents), columns.created_at, columns.id, wanted.period, page
        )
        if wanted.status is not None:
            chosen = chosen.where(columns.status == wanted.status)
        async with self._database.reading() as session:
            rows = await session.rows(chosen)
        views = [FiscalDocumentView.of(document_of(row)) for row in rows]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.created_at))


async def _views_of(session: SqlSession, rows: Sequence[Found]) -> list[OrderView]:
    order_ids = [row.id for row in rows]
    parts = await OrderParts.load(session, order_ids)
    documents = await _documents_of(session, order_ids)
    return [OrderView.of(parts.order_of(row), documents[row.id]) for row in rows]


async def _documents_of(
    session: SqlSession, order_ids: Sequence[int]
) -> dict[int, list[FiscalDocument]]:
    found: dict[int, list[FiscalDocument]] = defaultdict(list)
    order_id, number = fiscal_documents.c.order_id, fiscal_documents.c.id
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        rows = await session.rows(
            select(fiscal_documents)
            .where(order_id.in_(order_ids[start : start + ORDERS_AT_ONCE]))
            .order_by(number)
        )
        for row in rows:
            found[row.order_id].append(document_of(row))
    return found
