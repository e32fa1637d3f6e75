"""What the orders need from the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.ports import ClientRepository
from cashhaven_domain.orders.fiscal_document import FiscalDocument
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.ports import UnitOfWork
from cashhaven_domain.stock.ports import ProductRepository
from cashhaven_domain.stock.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNeeds:
    """What must be known and held to decide about some orders."""

    keys: frozenset[str]
    numbers: frozenset[OrderId]
    clients: frozenset[ClientId]
    products: frozenset[ProductId]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHoldings:
    """Those of the needs that exist.

    `used_keys` are those that ever placed an order; `numbers` were handed out and wait for their
    orders; `clients` are those that are not anonymous; `products` may be removed ones.
    """

    used_keys: frozenset[str]
    numbers: frozenset[OrderId]
    clients: frozenset[ClientId]
    products: Mapping[ProductId, Product]


class OrderRepository(Protocol):
    """Keeps orders; part of a transaction. Products are held before orders, never after."""

    async def add_many(self, orders: Sequence[Order]) -> None:
        """Keep new orders with their items, payments and first steps.

        Raises (at the latest when the transaction commits):
            StorageConflict: one of their keys placed an order in the meantime.
        """
        ...

    async def get_by_key(self, permanent_key: str) -> Order:
        """Return the order that a used operation key placed, without holding it."""
        ...

    async def get_product_ids(self, order_id: OrderId) -> frozenset[ProductId]:
        """Return what was ordered, without holding anything: it never changes.

        Raises:
            OrderNotFound: there is none.
        """
        ...

    async def hold(self, order_id: OrderId) -> None:
        """Hold the order: nobody else changes it before this transaction ends.

        Raises:
            OrderNotFound: there is none.
        """
        ...

    async def get_for_update(self, order_id: OrderId) -> Order:
        """Return the order and hold it.

        Raises:
            OrderNotFound: there is none.
        """
        ...

    async def save(self, order: Order) -> None:
        """Keep its state and its new steps, and raise the version by one.

        Raises:
            StaleAggregate: someone else changed it.
        """
        ...


class OrderNumbers(Protocol):
    """Remembers which numbers were handed out and wait for their orders; part of a transaction."""

    async def hand_out(self, number: OrderId, *, by: UserId, at: datetime) -> None:
        """Note that somebody was given the number."""
        ...

    async def hold_waiting(self, numbers: Collection[OrderId]) -> frozenset[OrderId]:
        """Return those of the numbers that wait for an order, and hold them until the end.

        They are held in ascending order; call it once, before holding any stock.
        """
        ...

    async def use(self, numbers: Collection[OrderId]) -> None:
        """Forget the numbers, which are held: an order has each of them now."""
        ...


class FiscalDocumentRepository(Protocol):
    """Keeps fiscal documents; part of a transaction that holds their order."""

    async def find_for_update(self, uuid: str) -> FiscalDocument | None:
        """Return the document that the issuer calls so, and hold it; `None` when it is new."""
        ...

    async def find_all_of(self, order_id: OrderId) -> Sequence[FiscalDocument]:
        """Return the documents of the order, the oldest first, without holding them."""
        ...

    async def add(self, document: FiscalDocument) -> None:
        """Keep a new document.

        Raises:
            StorageConflict: another transaction kept one of the same name just now.
        """
        ...

    async def save(self, document: FiscalDocument) -> None:
        """Keep what changed and raise the version by one.

        Raises:
            StaleAggregate: someone else changed it.
        """
        ...


class OrdersUnitOfWork(UnitOfWork, Protocol):
    """A transaction on orders."""

    clients: ClientRepository
    products: ProductRepository
    orders: OrderRepository
    order_numbers: OrderNumbers
    fiscal_documents: FiscalDocumentRepository

    async def hold_for_orders(self, needs: OrderNeeds) -> OrderHoldings:
        """Hold what the orders need till the end of the transaction; keys are looked up last.

        Called-out numbers are held first, then clients (several may hold the same), then products,
        each by rising id; call it once.
        """
        ...
