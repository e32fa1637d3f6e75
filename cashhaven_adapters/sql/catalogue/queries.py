"""Questions about products, answered from memory; those about the past go to the database."""

from sqlalchemy import select

from cashhaven_adapters.sql.catalogue.catalogue import Catalogue, Tail
from cashhaven_adapters.sql.catalogue.names import Name
from cashhaven_adapters.sql.catalogue.shelf import Shelf, cut
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.queries.products import SqlProductQueries
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import StoredProduct


class CatalogueProductQueries(SqlProductQueries):
    """Keeps what is on the shelf.

    What this process commits shows at once, what others commit within `max_age` seconds.
    """

    def __init__(self, database: Database, stream: Tail, *, max_age: float = 1.0) -> None:
        super().__init__(database)
        self._catalogue = Catalogue(database, stream, max_age=max_age)

    async def close(self) -> None:
        """Let go of the database."""
        await self._catalogue.close()

    async def list_products(self, page: PageRequest) -> Page[StoredProduct]:
        """Return the products, sorted by id."""
        shelf = await self._catalogue.shelf()
        return shelf.page(("all", page), lambda: shelf.by_id(page))

    async def list_low(self, shop_minimum: Quantity, page: PageRequest) -> Page[StoredProduct]:
        """Return those that are running out."""
        shelf = await self._catalogue.shelf()
        return shelf.page(
            ("low", shop_minimum, page),
            lambda: shelf.by_id(page, lambda product: product.is_low(shop_minimum)),
        )

    async def find(self, product_id: ProductId) -> StoredProduct | None:
        """Return the product, if there is one."""
        return (await self._catalogue.shelf()).find(product_id)

    async def search(self, part: str, page: PageRequest) -> Page[StoredProduct]:
        """Return the products whose folded name holds the part, best match first."""
        shelf = await self._catalogue.shelf()
        last = None if page.after is None else await self._name_of(shelf, page.after.id)
        if page.after is not None and last is None:
            return Page(())
        names = shelf.names
        found = await (names.search(part) if last is None else names.search_after(part, last))

        def make() -> Page[StoredProduct]:
            return cut(shelf.those(product_id for _, product_id in found), page)

        # Names may have changed while they were searched: that answer is good once, not again.
        return shelf.page(("search", part, page), make) if names is shelf.names else make()

    async def _name_of(self, shelf: Shelf, product_id: int) -> Name | None:
        """Return the folded name of a product, also of one that has been removed."""
        name = shelf.name_of(product_id)
        if name is not None:
            return name
        wanted = select(products.c.name_folded).where(products.c.id == product_id)
        async with self._database.reading() as session:
            folded = await session.scalar(wanted)
        return None if folded is None else (folded, product_id)
