"""One transaction in SQL."""

from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.notices import SqlNotices
from cashhaven_adapters.sql.operations import SqlOperationKeys
from cashhaven_adapters.sql.outbox import write_events
from cashhaven_adapters.sql.repositories.clients import SqlClients, those_known
from cashhaven_adapters.sql.repositories.orders import (
    SqlFiscalDocuments,
    SqlOrderNumbers,
    SqlOrders,
    those_waiting,
    used_order_keys,
)
from cashhaven_adapters.sql.repositories.parameters import SqlParameters
from cashhaven_adapters.sql.repositories.products import SqlProducts, products_of, those_held
from cashhaven_adapters.sql.repositories.sales import SqlSales, used_sale_keys
from cashhaven_adapters.sql.repositories.users import SqlEndedTokens, SqlUsers
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.ports import ClientRepository, ClientsUnitOfWork
from cashhaven_domain.orders.ports import (
    FiscalDocumentRepository,
    OrderHoldings,
    OrderNeeds,
    OrderNumbers,
    OrderRepository,
    OrdersUnitOfWork,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.parameters.ports import ParameterRepository, ParametersUnitOfWork
from cashhaven_domain.sales.ports import SaleHoldings, SaleNeeds, SaleRepository, SalesUnitOfWork
from cashhaven_domain.shared.ports import Notices, OperationKeys
from cashhaven_domain.stock.ports import ProductRepository, StockUnitOfWork
from cashhaven_domain.stream.ports import StreamUnitOfWork
from cashhaven_domain.users.ports import EndedTokens, UserRepository, UsersUnitOfWork


class SqlUnitOfWork(
    ParametersUnitOfWork,
    UsersUnitOfWork,
    ClientsUnitOfWork,
    StockUnitOfWork,
    SalesUnitOfWork,
    OrdersUnitOfWork,
    StreamUnitOfWork,
):
    """A connection of its own, at READ COMMITTED; on SQLite the only writer while it lasts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> Self:
        """Begin."""
        self._opened = self._database.writing()
        self._session = session = await self._opened.__aenter__()
        self.operations: OperationKeys = SqlOperationKeys(session)
        self.notices: Notices = SqlNotices(session)
        self.parameters: ParameterRepository = SqlParameters(session)
        self.users: UserRepository = SqlUsers(session)
        self.ended_tokens: EndedTokens = SqlEndedTokens(session)
        self.clients: ClientRepository = SqlClients(session)
        self.products: ProductRepository = SqlProducts(session)
        self.sales: SaleRepository = SqlSales(session)
        self.orders: OrderRepository = SqlOrders(session)
        self.order_numbers: OrderNumbers = SqlOrderNumbers(session)
        self.fiscal_documents: FiscalDocumentRepository = SqlFiscalDocuments(session)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Undo what was not committed, and give the connection back."""
        _ = await self._opened.__aexit__(None, None, None)

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo a stretch when an exception leaves it."""
        return self._session.savepoint()

    async def hold_for_sales(self, needs: SaleNeeds) -> SaleHoldings:
        """Hold clients and products, then look the keys up, all at once."""
        clients, products, keys = await self._session.ask(
            those_known(needs.clients), those_held(needs.products), used_sale_keys(needs.keys)
        )
        return SaleHoldings(
            clients=frozenset(ClientId(number) for (number,) in clients),
            products=products_of(products),
            used_keys=frozenset(key for (key,) in keys),
        )

    async def hold_for_orders(self, needs: OrderNeeds) -> OrderHoldings:
        """Hold numbers, clients and products, then look the keys up, all at once."""
        numbers, clients, products, keys = await self._session.ask(
            those_waiting(needs.numbers),
            those_known(needs.clients),
            those_held(needs.products),
            used_order_keys(needs.keys),
        )
        return OrderHoldings(
            numbers=frozenset(OrderId(number) for (number,) in numbers),
            clients=frozenset(ClientId(number) for (number,) in clients),
            products=products_of(products),
            used_keys=frozenset(key for (key,) in keys),
        )

    async def commit(self) -> None:
        """Write the events, and make everything durable."""
        has_events = write_events(self._session)
        try:
            await self._session.commit()
        finally:
            # After an unknown outcome too: whoever follows events or keeps products must look.
            if has_events:
                for wake in self._database.event_listeners:
                    wake()
            if self._session.touched_products:
                for tell in self._database.product_listeners:
                    tell(self._session.touched_products)
