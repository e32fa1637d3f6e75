"""Orders, their numbers and their fiscal documents in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table, Unique
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import FiscalDocument, FiscalDocumentId
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.ports import (
    FiscalDocumentRepository,
    OrderNumbers,
    OrderRepository,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StorageConflict
from cashhaven_domain.stock.product import ProductId


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Who was given a number, and when."""

    by: UserId
    at: datetime


ORDERS = Table[OrderId, Order](
    "order",
    unique=(
        Unique("operation_key", lambda order: order.operation_key, lambda order: StorageConflict()),
    ),
)
NUMBERS = Table[OrderId, HandedOut]("order_number")
FISCAL_DOCUMENTS = Table[FiscalDocumentId, FiscalDocument](
    "fiscal_document",
    unique=(Unique("uuid", lambda document: document.uuid, lambda document: StorageConflict()),),
)


class MemoryOrders(OrderRepository):
    """The orders that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._orders = staging.table(ORDERS)

    def find_used_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Return the keys that placed an order."""
        return self._orders.find_taken("operation_key", keys)

    async def get_by_key(self, permanent_key: str) -> Order:
        """Return the order that the key placed."""
        order = self._orders.find_by("operation_key", permanent_key)
        assert order is not None, "the key was found used"
        return order

    async def add_many(self, orders: Sequence[Order]) -> None:
        """Keep new orders."""
        for order in orders:
            order.forget_changes()
            await self._orders.add(order.id, order)

    async def get_product_ids(self, order_id: OrderId) -> frozenset[ProductId]:
        """Return what was ordered."""
        order = self._orders.find(order_id)
        if order is None:
            raise OrderNotFound(order_id)
        return frozenset(item.product_id for item in order.items)

    async def hold(self, order_id: OrderId) -> None:
        """Hold the order."""
        _ = await self.get_for_update(order_id)

    async def get_for_update(self, order_id: OrderId) -> Order:
        """Return the order and hold it."""
        order = await self._orders.find_for_update(order_id)
        if order is None:
            raise OrderNotFound(order_id)
        return order

    async def save(self, order: Order) -> None:
        """Keep its state and its new steps."""
        order.forget_changes()
        await self._orders.save(order.id, order)


class MemoryOrderNumbers(OrderNumbers):
    """The numbers that wait for their orders."""

    def __init__(self, staging: Staging) -> None:
        self._numbers = staging.table(NUMBERS)

    async def hand_out(self, number: OrderId, *, by: UserId, at: datetime) -> None:
        """Note that somebody was given the number."""
        await self._numbers.put(number, HandedOut(by, at))

    async def hold_waiting(self, numbers: Collection[OrderId]) -> frozenset[OrderId]:
        """Return those that wait, and hold them."""
        return frozenset(await self._numbers.find_many_for_update(numbers))

    async def use(self, numbers: Collection[OrderId]) -> None:
        """Forget the numbers."""
        for number in numbers:
            await self._numbers.remove(number)


class MemoryFiscalDocuments(FiscalDocumentRepository):
    """The fiscal documents that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._documents = staging.table(FISCAL_DOCUMENTS)

    async def find_for_update(self, uuid: str) -> FiscalDocument | None:
        """Return the document and hold it."""
        for document_id, document in self._documents.all().items():
            if document.uuid == uuid:
                return await self._documents.find_for_update(document_id)
        return None

    async def find_all_of(self, order_id: OrderId) -> Sequence[FiscalDocument]:
        """Return the documents of the order."""
        found = [
            self._documents.find(document_id)
            for document_id, document in sorted(self._documents.all().items())
            if document.order_id == order_id
        ]
        return [document for document in found if document is not None]

    async def add(self, document: FiscalDocument) -> None:
        """Keep a new document."""
        await self._documents.add(document.id, document)

    async def save(self, document: FiscalDocument) -> None:
        """Keep what changed."""
        await self._documents.save(document.id, document)
