"""Sales in memory."""

from collections.abc import Collection, Sequence

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table, Unique
from cashhaven_domain.sales.errors import SaleNotFound
from cashhaven_domain.sales.ports import SaleRepository
from cashhaven_domain.sales.sale import Sale, SaleId
from cashhaven_domain.shared.errors import StorageConflict
from cashhaven_domain.stock.product import ProductId

SALES = Table[SaleId, Sale](
    "sale",
    unique=(
        Unique("operation_key", lambda sale: sale.operation_key, lambda sale: StorageConflict()),
    ),
)


class MemorySales(SaleRepository):
    """The sales that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._sales = staging.table(SALES)

    def find_used_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Return the keys that made a sale."""
        return self._sales.find_taken("operation_key", keys)

    async def get_by_key(self, permanent_key: str) -> Sale:
        """Return the sale that the key made."""
        sale = self._sales.find_by("operation_key", permanent_key)
        assert sale is not None, "the key was found used"
        return sale

    async def add_many(self, sales: Sequence[Sale]) -> None:
        """Keep new sales."""
        for sale in sales:
            await self._sales.add(sale.id, sale)

    async def get_product_id(self, sale_id: SaleId) -> ProductId:
        """Return what was sold."""
        sale = self._sales.find(sale_id)
        if sale is None:
            raise SaleNotFound(sale_id)
        return sale.product_id

    async def get_for_update(self, sale_id: SaleId) -> Sale:
        """Return the sale and hold it."""
        sale = await self._sales.find_for_update(sale_id)
        if sale is None:
            raise SaleNotFound(sale_id)
        return sale

    async def save(self, sale: Sale) -> None:
        """Keep its cancellation."""
        await self._sales.save(sale.id, sale)
