"""What the sales need from the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.ports import ClientRepository
from cashhaven_domain.sales.sale import Sale, SaleId
from cashhaven_domain.shared.ports import UnitOfWork
from cashhaven_domain.stock.ports import ProductRepository
from cashhaven_domain.stock.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleNeeds:
    """What must be known and held to decide about some sales."""

    keys: frozenset[str]
    clients: frozenset[ClientId]
    products: frozenset[ProductId]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleHoldings:
    """Those of the needs that exist.

    `used_keys` are those that ever made a sale; `clients` are those that are not anonymous;
    `products` may be removed ones.
    """

    used_keys: frozenset[str]
    clients: frozenset[ClientId]
    products: Mapping[ProductId, Product]


class SaleRepository(Protocol):
    """Keeps sales; part of a transaction. Products are held before sales, never after."""

    async def add_many(self, sales: Sequence[Sale]) -> None:
        """Keep new sales.

        Raises (at the latest when the transaction commits):
            StorageConflict: one of their keys made a sale in the meantime.
        """
        ...

    async def get_by_key(self, permanent_key: str) -> Sale:
        """Return the sale that a used operation key made, without holding it."""
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

    async def hold_for_sales(self, needs: SaleNeeds) -> SaleHoldings:
        """Hold what the sales need till the end of the transaction; keys are looked up last.

        Clients are held first (several may hold the same), then products, each by rising id; call
        it once.
        """
        ...
