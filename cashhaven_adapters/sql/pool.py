"""The pool of connections: each set up when it is made, each transaction begun by us."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import AdaptedConnection, Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from cashhaven_adapters.sql.dialects import Dialect

BEGIN = "cashhaven_begin"
"""The option of an engine that says how its transactions begin."""


@dataclass(frozen=True, slots=True)
class PoolNumbers:
    """How the connections are used; plain numbers for whoever measures."""

    size: int
    largest: int
    in_use: int
    idle: int
    taken: int
    """How often a connection was taken since the start."""
    refused: int
    """How often none was to be had in time."""
    waited_seconds: float
    """How long takers waited, together."""


def open_pool(
    dialect: Dialect, url: str, *, size: int, overflow: int, wait_seconds: float
) -> AsyncEngine:
    """Return the pool of an address; it connects when somebody asks for a connection."""
    engine = create_async_engine(
        dialect.address(make_url(url)),
        connect_args=dialect.connect_arguments(),
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=wait_seconds,
        # A file does not go away.
        pool_pre_ping=not dialect.one_writer,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _preparing(dialect))
    event.listen(engine.sync_engine, "begin", _beginning(dialect))
    if dialect.one_writer:
        event.listen(engine.sync_engine, "invalidate", _undo_first)
    return engine


def _preparing(dialect: Dialect) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        dialect.prepare(connection)

    return prepare


def _beginning(dialect: Dialect) -> Callable[[Connection], None]:
    """Return what begins a transaction: the drivers are told not to."""

    def begin(connection: Connection) -> None:
        for statement in connection.get_execution_options().get(BEGIN, dialect.begin):
            _ = connection.exec_driver_sql(statement)

    return begin


def _undo_first(
    connection: AdaptedConnection, entry: ConnectionPoolEntry, error: BaseException | None
) -> None:
    """Undo what was begun on a connection to a file that is about to be thrown away.

    Closing alone is not enough: the file stays locked while a cursor of the connection is left
    anywhere, as in the traceback of whoever was cancelled.
    """
    with suppress(Exception, asyncio.CancelledError):
        connection.run_async(lambda driver: asyncio.shield(driver.rollback()))
