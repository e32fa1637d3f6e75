"""What the stock needs from the outside."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from cashhaven_domain.shared.ports import UnitOfWork
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.movement import Origin
from cashhaven_domain.stock.product import Product, ProductId


class ProductRepository(Protocol):
    """Keeps products with their balances, their ledger and their price history."""

    async def add(self, product: Product) -> None:
        """Keep a new product, its opening and its first prices.

        Raises:
            DuplicateProduct: an active product has the same folded name and supplier.
        """
        ...

    async def get_for_update(self, product_id: ProductId) -> Product:
        """Return the product and hold it: nobody else changes it before this transaction ends.

        Removed products are returned too.

        Raises:
            ProductNotFound: there never was one.
        """
        ...

    async def get_many_for_update(
        self, product_ids: Collection[ProductId]
    ) -> Mapping[ProductId, Product]:
        """Return and hold those of the products that exist, removed ones too.

        Rows are held in ascending order of id whatever the order asked for. Call it once in a
        transaction.
        """
        ...

    async def get_balance_after(self, product_id: ProductId, origin: Origin) -> Quantity:
        """Return what was left of the product when the sale or order had taken its part.

        Raises:
            ProductNotFound: it never took anything of this product.
        """
        ...

    async def save(self, product: Product) -> None:
        """Store the changes since the product was loaded; see `save_many`."""
        ...

    async def save_many(self, products: Iterable[Product]) -> None:
        """Store what changed since the products were loaded: balances, ledger, cards, prices.

        A balance is stored as the guarded difference, never as an absolute value, and never falls
        below zero; that of a removed product never falls. A changed card must be based on the
        present `version`, which it raises by one; a balance asks for no version.

        Raises:
            StaleAggregate: someone else changed the card, or the guard did not hold.
            DuplicateProduct: as in `add`.
        """
        ...


class StockUnitOfWork(UnitOfWork, Protocol):
    """A transaction on the stock."""

    products: ProductRepository
