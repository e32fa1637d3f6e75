"""Products in memory."""

from collections.abc import Collection, Iterable, Mapping

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table, Unique
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import DuplicateProduct, ProductNotFound
from cashhaven_domain.stock.movement import Movement, Origin, PriceChange, Reason
from cashhaven_domain.stock.naming import likeness_of
from cashhaven_domain.stock.ports import ProductRepository
from cashhaven_domain.stock.product import Product, ProductId

PRODUCTS = Table[ProductId, Product](
    "product",
    unique=(
        Unique(
            "likeness",
            lambda product: likeness_of(product.name, product.supplier) if product.active else None,
            lambda product: DuplicateProduct(),
        ),
    ),
)
MOVEMENTS = Table[int, tuple[ProductId, Movement]]("stock_movement")
PRICES = Table[int, tuple[ProductId, PriceChange]]("price_history")


class MemoryProducts(ProductRepository):
    """The products that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._products = staging.table(PRODUCTS)
        self._movements = staging.table(MOVEMENTS)
        self._prices = staging.table(PRICES)

    async def add(self, product: Product) -> None:
        """Keep a new product, its opening and its first prices."""
        await self._products.lock(product.id)
        assert self._products.find(product.id) is None, "numbers are given out once"
        await self._store(product, product)

    async def get_for_update(self, product_id: ProductId) -> Product:
        """Return the product and hold it."""
        product = await self._products.find_for_update(product_id)
        if product is None:
            raise ProductNotFound(product_id)
        return product

    async def get_many_for_update(
        self, product_ids: Collection[ProductId]
    ) -> Mapping[ProductId, Product]:
        """Return and hold those that exist."""
        return await self._products.find_many_for_update(product_ids)

    async def get_balance_after(self, product_id: ProductId, origin: Origin) -> Quantity:
        """Return what was left of the product."""
        for of, movement in self._movements.all().values():
            if (of, movement.origin, movement.reason) == (product_id, origin, Reason(origin.kind)):
                return movement.balance_after
        raise ProductNotFound(product_id)

    async def save(self, product: Product) -> None:
        """Store the changes."""
        await self.save_many([product])

    async def save_many(self, products: Iterable[Product]) -> None:
        """Store the changes, by rising id as every storage does."""
        for product in sorted(products, key=lambda product: product.id):
            if product.movements or product.card_changed:
                await self._merge(product)

    async def _merge(self, product: Product) -> None:
        stored = await self._products.find_for_update(product.id)
        if stored is None:
            raise StaleAggregate()
        balance = stored.balance + product.difference
        if balance.is_negative or (product.difference.is_negative and not stored.active):
            raise StaleAggregate()
        stored.balance = balance
        if product.movements:
            stored.average_cost = product.average_cost
        if product.card_changed:
            if stored.version != product.version:
                raise StaleAggregate()
            product.version += 1
            stored.version = product.version
            stored.name, stored.supplier = product.name, product.supplier
            stored.purchase_price = product.purchase_price
            stored.sale_price = product.sale_price
            stored.minimum, stored.active = product.minimum, product.active
        await self._store(stored, product)

    async def _store(self, row: Product, changed: Product) -> None:
        events, movements, prices = changed.take_events(), changed.movements, changed.prices
        changed.forget_changes()
        await self._products.put(row.id, row)
        for movement in movements:
            _ = await self._movements.append((row.id, movement))
        for price in prices:
            _ = await self._prices.append((row.id, price))
        self._staging.events += events
