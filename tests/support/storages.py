"""The storages that contracts are tested on, each behind the same few names."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select

from cashhaven_adapters.memory.numbers import MemoryNumbers
from cashhaven_adapters.memory.queries.clients import MemoryClientQueries
from cashhaven_adapters.memory.queries.orders import MemoryOrderQueries
from cashhaven_adapters.memory.queries.parameters import MemoryParameterQueries, MemoryShopRules
from cashhaven_adapters.memory.queries.products import MemoryProductQueries
from cashhaven_adapters.memory.queries.sales import MemorySaleQueries
from cashhaven_adapters.memory.queries.users import MemoryUserQueries
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_adapters.memory.stream import MemoryEventStream, MemoryRelay
from cashhaven_adapters.memory.unit_of_work import MemoryUnitOfWork
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.numbers import SqlNumbers
from cashhaven_adapters.sql.queries.clients import SqlClientQueries
from cashhaven_adapters.sql.queries.orders import SqlOrderQueries
from cashhaven_adapters.sql.queries.parameters import SqlParameterQueries, SqlShopRules
from cashhaven_adapters.sql.queries.products import SqlProductQueries
from cashhaven_adapters.sql.queries.sales import SqlSaleQueries
from cashhaven_adapters.sql.queries.users import SqlUserQueries
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_domain.shared.ports import NumberSequence
from cashhaven_domain.shared.record import dump, load, to_data
from cashhaven_domain.stream.ports import EventStream, Relay

Told = tuple[str, str, int, Any]
"""An event as it was kept: its topic, its name, what it happened to, its data."""


class Storage(Protocol):
    """One way to keep the books, empty at the start of each test."""

    engine: str
    event_listeners: list[Callable[[], None]]

    def new_uow(self) -> Any:
        """Return a unit of work, not begun."""
        ...

    def numbers(self, name: str, block: int = 10) -> NumberSequence:
        """Return a sequence; two calls are like two processes on the same books."""
        ...

    def event_stream(self) -> EventStream:
        """Return the stream; two calls are like two processes on the same books."""
        ...

    def relay(self) -> Relay:
        """Return a relay that takes ten events at a time and forgets three at a time."""
        ...

    async def told(self) -> list[Told]:
        """Return the committed events, in order."""
        ...


class MemoryStorage(Storage):
    """The memory adapters."""

    engine = "memory"

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.event_listeners = self.store.event_listeners
        self.client_queries = MemoryClientQueries(self.store)
        self.product_queries = MemoryProductQueries(self.store)
        self.sale_queries = MemorySaleQueries(self.store)
        self.order_queries = MemoryOrderQueries(self.store)
        self.parameter_queries = MemoryParameterQueries(self.store)
        self.shop_rules = MemoryShopRules(self.store)
        self.user_queries = MemoryUserQueries(self.store)

    def new_uow(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self.store)

    def numbers(self, name: str, block: int = 10) -> NumberSequence:
        return MemoryNumbers(self.store, name)

    def event_stream(self) -> EventStream:
        return MemoryEventStream(self.store)

    def relay(self) -> Relay:
        return MemoryRelay(self.store, places_at_once=10)

    async def told(self) -> list[Told]:
        return [
            (event.topic, event.name, event.aggregate_id, load(dump(to_data(event))))
            for event in self.store.events
        ]


class SqlStorage(Storage):
    """The SQL adapters."""

    def __init__(self, engine: str, database: Database) -> None:
        self.engine = engine
        self.database = database
        self.event_listeners = database.event_listeners
        self.client_queries = SqlClientQueries(database)
        self.product_queries = SqlProductQueries(database)
        self.sale_queries = SqlSaleQueries(database)
        self.order_queries = SqlOrderQueries(database)
        self.parameter_queries = SqlParameterQueries(database)
        self.shop_rules = SqlShopRules(database)
        self.user_queries = SqlUserQueries(database)

    def new_uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.database)

    def numbers(self, name: str, block: int = 10) -> NumberSequence:
        return SqlNumbers(self.database, name, block=block)

    def event_stream(self) -> EventStream:
        return SqlEventStream(self.database)

    def relay(self) -> Relay:
        return SqlRelay(self.database, places_at_once=10, forgotten_at_once=3)

    async def told(self) -> list[Told]:
        columns = outbox.c
        async with self.database.reading() as session:
            rows = await session.rows(
                select(columns.topic, columns.kind, columns.aggregate_id, columns.payload).order_by(
                    columns.id
                )
            )
        return [(topic, kind, number, load(payload)) for topic, kind, number, payload in rows]
