"""What the sales need from the outside."""

from collections.abc import Collection, Sequence
from typing import Protocol

from cashhaven_domain.clients.ports import ClientRepository
from cashhaven_domain.sales.sale import Sale, SaleId
from cashhaven_domain.shared.ports import UnitOfWork
from cashhaven_domain.stock.ports import ProductRepository
from cashhaven_domain.stock.product import ProductId


class SaleRepository(Protocol):
    """Keeps sales; part of a transaction. Products are held before sales, never after."""

    async def find_used_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the operation keys that ever made a sale."""
        ...

    async def add_many(self, sales: Sequence[Sale]) -> None:
        """Keep new sales.

        Raises:
            OperationExpired: one of their keys made a sale before; the transaction must end.
        """
        ...

    async def get_product_id(self, sale_id: SaleId) -> ProductId:
        """Return what was sold, without holding anything: it never changes.

        Raises:
            SaleNotFound: there is none.
        """
        ...

    async def get_for_update(self, sale_id: SaleId) -> Sale:
        """Return the sale and hold it: nobody else changes it before this transaction ends.

        Raises:
            SaleNotFound: there is none.
        """
        ...

    async def save(self, sale: Sale) -> None:
        """Keep its cancellation and raise the version by one.

        Raises:
            StaleAggregate: someone else changed it.
        """
        ...


class SalesUnitOfWork(UnitOfWork, Protocol):
    """A transaction that sells."""

    clients: ClientRepository
    products: ProductRepository
    sales: SaleRepository
