"""Questions about products, answered from memory."""

from collections.abc import Iterator

from cashhaven_adapters.memory.repositories.products import MOVEMENTS, PRICES, PRODUCTS
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.naming import place_in_search
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.queries import (
    MovementView,
    PriceView,
    ProductQueries,
    StoredProduct,
)


class MemoryProductQueries(ProductQueries):
    """Reads the committed products."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def list_products(self, page: PageRequest) -> Page[StoredProduct]:
        """Return the products, sorted by id."""
        return _by_id((StoredProduct.of(product) for product in self._active()), page)

    async def list_low(self, shop_minimum: Quantity, page: PageRequest) -> Page[StoredProduct]:
        """Return those that are running out."""
        views = (StoredProduct.of(product) for product in self._active())
        return _by_id((view for view in views if view.is_low(shop_minimum)), page)

    async def find(self, product_id: ProductId) -> StoredProduct | None:
        """Return the product, if there is one."""
        product = self._store.rows(PRODUCTS).get(product_id)
        return StoredProduct.of(product) if product is not None and product.active else None

    async def search(self, part: str, page: PageRequest) -> Page[StoredProduct]:
        """Return the products whose folded name holds the part, best match first."""

        def place(product: Product) -> tuple[int, str, int]:
            return place_in_search(fold(product.name), product.id, part)

        found = sorted((p for p in self._active() if part in fold(p.name)), key=place)
        if page.after is not None:
            last = self._store.rows(PRODUCTS).get(ProductId(page.after.id))
            found = [] if last is None else [p for p in found if place(p) > place(last)]
        views = [StoredProduct.of(product) for product in found[: page.size + 1]]
        return Page.cut(views, page.size, lambda view: Cursor(view.id))

    async def has_existed(self, product_id: ProductId) -> bool:
        """Whether there is, or was, such a product."""
        return product_id in self._store.rows(PRODUCTS)

    async def list_movements(
        self, product_id: ProductId | None, period: Period, page: PageRequest
    ) -> Page[MovementView]:
        """Return the ledger, newest first."""
        before = page.after.by_moment() if page.after else None
        views = [
            MovementView.of(number, owner, movement)
            for number, (owner, movement) in self._store.rows(MOVEMENTS).items()
            if product_id in {None, owner}
            and period.contains(movement.at)
            and (before is None or (movement.at, number) < before)
        ]
        views.sort(key=lambda view: (view.at, view.id), reverse=True)
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.at))

    async def list_prices(self, product_id: ProductId, page: PageRequest) -> Page[PriceView]:
        """Return the price history of a product."""
        after = page.after.id if page.after else 0
        views = [
            PriceView.of(number, owner, price)
            for number, (owner, price) in sorted(self._store.rows(PRICES).items())
            if owner == product_id and number > after
        ]
        return Page.cut(views, page.size, lambda view: Cursor(view.id))

    def _active(self) -> Iterator[Product]:
        rows = self._store.rows(PRODUCTS)
        return (rows[key] for key in sorted(rows) if rows[key].active)


def _by_id(views: Iterator[StoredProduct], page: PageRequest) -> Page[StoredProduct]:
    after = page.after.id if page.after else 0
    rows = [view for view in views if view.id > after]
    return Page.cut(rows, page.size, lambda view: Cursor(view.id))
