"""Questions about orders and fiscal documents, answered from memory."""

from collections import defaultdict

from cashhaven_adapters.memory.repositories.orders import FISCAL_DOCUMENTS, ORDERS
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import FiscalDocument
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.queries import (
    FiscalDocumentView,
    FiscalFilter,
    OrderFilter,
    OrderQueries,
    OrderView,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest


class MemoryOrderQueries(OrderQueries):
    """Reads the committed orders."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def get(self, order_id: OrderId) -> OrderView:
        """Return the order."""
        order = self._store.rows(ORDERS).get(order_id)
        if order is None:
            raise OrderNotFound(order_id)
        return OrderView.of(order, self._documents().get(order_id, []))

    async def list_orders(self, wanted: OrderFilter, page: PageRequest) -> Page[OrderView]:
        """Return orders, newest first."""
        before = page.after.by_moment() if page.after else None
        found = [
            order
            for order in self._store.rows(ORDERS).values()
            if _fits(order, wanted) and (before is None or (order.created_at, order.id) < before)
        ]
        found.sort(key=lambda order: (order.created_at, order.id), reverse=True)
        documents = self._documents()
        views = [
            OrderView.of(order, documents.get(order.id, [])) for order in found[: page.size + 1]
        ]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.created_at))

    async def list_fiscal(
        self, wanted: FiscalFilter, page: PageRequest
    ) -> Page[FiscalDocumentView]:
        """Return fiscal documents, newest first."""
        before = page.after.by_moment() if page.after else None
        found = [
            document
            for document in self._store.rows(FISCAL_DOCUMENTS).values()
            if wanted.period.contains(document.created_at)
            and wanted.status in {None, document.status}
            and (before is None or (document.created_at, document.id) < before)
        ]
        found.sort(key=lambda document: (document.created_at, document.id), reverse=True)
        views = [FiscalDocumentView.of(document) for document in found[: page.size + 1]]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.created_at))

    def _documents(self) -> dict[OrderId, list[FiscalDocument]]:
        documents = defaultdict(list)
        for _, document in sorted(self._store.rows(FISCAL_DOCUMENTS).items()):
            documents[document.order_id].append(document)
        return documents


def _fits(order: Order, wanted: OrderFilter) -> bool:
    return (
        wanted.period.contains(order.created_at)
        and wanted.status in {None, order.status}
        and wanted.client_id in {None, order.client_id}
    )
