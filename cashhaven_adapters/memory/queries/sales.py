"""Questions about sales, answered from memory."""

from cashhaven_adapters.memory.repositories.sales import SALES
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.sales.queries import SaleFilter, SaleQueries, SaleView
from cashhaven_domain.sales.sale import Sale
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest


class MemorySaleQueries(SaleQueries):
    """Reads the committed sales."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def list_sales(self, wanted: SaleFilter, page: PageRequest) -> Page[SaleView]:
        """Return sales, newest first."""
        before = page.after.by_moment() if page.after else None
        found = [
            sale
            for sale in self._store.rows(SALES).values()
            if _fits(sale, wanted) and (before is None or (sale.registered_at, sale.id) < before)
        ]
        found.sort(key=lambda sale: (sale.registered_at, sale.id), reverse=True)
        views = [SaleView.of(sale) for sale in found[: page.size + 1]]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.registered_at))


def _fits(sale: Sale, wanted: SaleFilter) -> bool:
    return (
        wanted.period.contains(sale.registered_at)
        and wanted.product_id in {None, sale.product_id}
        and wanted.operator_id in {None, sale.operator_id}
    )
