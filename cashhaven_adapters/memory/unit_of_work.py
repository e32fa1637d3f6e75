"""One transaction in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from cashhaven_adapters.memory.notices import MemoryNotices
from cashhaven_adapters.memory.operations import MemoryOperationKeys
from cashhaven_adapters.memory.repositories.clients import MemoryClients
from cashhaven_adapters.memory.repositories.orders import (
    MemoryFiscalDocuments,
    MemoryOrderNumbers,
    MemoryOrders,
)
from cashhaven_adapters.memory.repositories.parameters import MemoryParameters
from cashhaven_adapters.memory.repositories.products import MemoryProducts
from cashhaven_adapters.memory.repositories.sales import MemorySales
from cashhaven_adapters.memory.repositories.users import MemoryEndedTokens, MemoryUsers
from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.clients.ports import ClientRepository, ClientsUnitOfWork
from cashhaven_domain.orders.ports import (
    FiscalDocumentRepository,
    OrderHoldings,
    OrderNeeds,
    OrderNumbers,
    OrdersUnitOfWork,
)
from cashhaven_domain.parameters.ports import ParameterRepository, ParametersUnitOfWork
from cashhaven_domain.sales.ports import SaleHoldings, SaleNeeds, SalesUnitOfWork
from cashhaven_domain.shared.ports import Notices, OperationKeys
from cashhaven_domain.stock.ports import ProductRepository, StockUnitOfWork
from cashhaven_domain.stream.ports import StreamUnitOfWork
from cashhaven_domain.users.ports import EndedTokens, UserRepository, UsersUnitOfWork


class MemoryUnitOfWork(
    ParametersUnitOfWork,
    UsersUnitOfWork,
    ClientsUnitOfWork,
    StockUnitOfWork,
    SalesUnitOfWork,
    OrdersUnitOfWork,
    StreamUnitOfWork,
):
    """Changes are staged and seen by nobody else until `commit`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def __aenter__(self) -> Self:
        """Begin."""
        staging = Staging(self._store)
        self._staging = staging
        self.operations: OperationKeys = MemoryOperationKeys(staging)
        self.notices: Notices = MemoryNotices(staging)
        self.parameters: ParameterRepository = MemoryParameters(staging)
        self.users: UserRepository = MemoryUsers(staging)
        self.ended_tokens: EndedTokens = MemoryEndedTokens(staging)
        self.clients: ClientRepository = MemoryClients(staging)
        self.products: ProductRepository = MemoryProducts(staging)
        self.sales = self._sales = MemorySales(staging)
        self.orders = self._orders = MemoryOrders(staging)
        self.order_numbers: OrderNumbers = MemoryOrderNumbers(staging)
        self.fiscal_documents: FiscalDocumentRepository = MemoryFiscalDocuments(staging)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was not committed, and let go of all locks."""
        self._store.locks.let_go(self._staging)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo this stretch when an exception leaves it."""
        mark = self._staging.mark()
        try:
            yield
        except BaseException:
            self._staging.return_to(mark)
            raise

    async def hold_for_sales(self, needs: SaleNeeds) -> SaleHoldings:
        """Hold clients and products, then look the keys up."""
        return SaleHoldings(
            clients=await self.clients.hold_known(sorted(needs.clients)),
            products=await self.products.get_many_for_update(needs.products),
            used_keys=self._sales.find_used_keys(needs.keys),
        )

    async def hold_for_orders(self, needs: OrderNeeds) -> OrderHoldings:
        """Hold numbers, clients and products, then look the keys up."""
        return OrderHoldings(
            numbers=await self.order_numbers.hold_waiting(needs.numbers),
            clients=await self.clients.hold_known(sorted(needs.clients)),
            products=await self.products.get_many_for_update(needs.products),
            used_keys=self._orders.find_used_keys(needs.keys),
        )

    async def commit(self) -> None:
        """Make everything durable."""
        has_events = bool(self._staging.events)
        self._staging.apply()
        self._store.locks.let_go(self._staging)
        if has_events:
            for wake in self._store.event_listeners:
                wake()
