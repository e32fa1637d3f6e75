"""The way into a database: its connections, its transactions, its numbers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import Pool, QueuePool

from cashhaven_adapters.sql.dialects import BUSY_SECONDS, CONNECT_SECONDS, Dialect, dialect_of
from cashhaven_adapters.sql.driver import MySqlConnection, SqliteConnection
from cashhaven_adapters.sql.errors import Phase, meaning_of
from cashhaven_adapters.sql.pool import BEGIN, PoolNumbers, open_pool
from cashhaven_adapters.sql.session import SqlSession, end_of
from cashhaven_adapters.sql.timing import (
    NoteSent,
    TellSlow,
    noting_slow,
    time_statements,
    write_slow,
)
from cashhaven_domain.shared.errors import StorageBusy, StorageLost


class Database:
    """One database and its connections; the whole process shares it."""

    def __init__(
        self, engine: AsyncEngine, dialect: Dialect, wait_seconds: float, note_sent: NoteSent
    ) -> None:
        self.engine = engine
        self.dialect = dialect
        self._reader = engine.execution_options(**{BEGIN: ()})
        self._wait_seconds = wait_seconds
        self._slots = asyncio.Semaphore(largest_of(engine.pool))
        """One for each connection that may be in use, so that nobody ever waits in the pool."""
        self._note_sent = note_sent
        self._writer = asyncio.Lock()
        self._ready: list[AsyncConnection] = []
        """Idle connections that are taken again without the pool's ceremony, the last one first."""
        self._taken = self._refused = 0
        self._waited = 0.0
        self.product_listeners: list[Callable[[Set[int]], None]] = []
        """Told after each commit of this process, whatever came of it, which products it saved."""
        self.event_listeners: list[Callable[[], None]] = []
        """Told after each commit of this process with events in it, whatever came of it."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[SqlSession]:
        """Give a session in a transaction of its own, undone unless it is committed.

        Raises:
            Unavailable: no connection was to be had.
        """
        if not self.dialect.one_writer:
            async with self._session(self.dialect.begin) as session:
                yield session
            return
        async with self._alone(), self._session(self.dialect.begin) as session:
            yield session

    @asynccontextmanager
    async def reading(self, *, snapshot: bool = False) -> AsyncIterator[SqlSession]:
        """Give a session to read with, without a transaction: each statement sees its own moment.

        With `snapshot` all statements see the same moment.
        """
        async with self._session(self.dialect.begin_snapshot if snapshot else ()) as session:
            yield session

    async def maintain(self, work: Callable[[Connection], None]) -> None:
        """Do work on the tables themselves, which may take as long as it needs.

        Raises:
            Unavailable: the database is away.
        """
        async with AsyncExitStack() as stack:
            if self.dialect.one_writer:
                await stack.enter_async_context(self._alone())
            try:
                if self.dialect.maintain_alone:
                    guard = await stack.enter_async_context(self._unlimited(self._reader))
                    for statement in self.dialect.maintain_alone:
                        _ = await guard.exec_driver_sql(statement)
                connection = await stack.enter_async_context(self._unlimited(self._reader))
                for statement in (*self.dialect.before_maintenance, *self.dialect.begin):
                    _ = await connection.exec_driver_sql(statement)
                await connection.run_sync(work)
                await connection.commit()
            except (SQLAlchemyError, OSError, EOFError) as error:
                raise meaning_of(error, Phase.BEFORE_COMMIT) from error

    @property
    def pool(self) -> PoolNumbers:
        """How the connections are used at present."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return PoolNumbers(
            size=pool.size(),
            largest=largest_of(pool),
            in_use=pool.checkedout() - len(self._ready),
            idle=pool.checkedin() + len(self._ready),
            taken=self._taken,
            refused=self._refused,
            waited_seconds=self._waited,
        )

    async def dispose(self) -> None:
        """Close all connections."""
        while self._ready:
            await _closed(self._ready.pop())
        await self.engine.dispose()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Be the only writer of this process; other processes are kept out by the file's lock."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                _ = await self._writer.acquire()
        except TimeoutError:
            self._refused += 1
            raise StorageBusy() from None
        try:
            yield
        finally:
            self._writer.release()

    @asynccontextmanager
    async def _unlimited(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Give a connection that nobody gets afterwards: it is told to know no limits."""
        async with self._slot():
            connection = await self._connection(engine)
            try:
                yield connection
            finally:
                await end_of(asyncio.ensure_future(connection.invalidate()))
                await _closed(connection)

    @asynccontextmanager
    async def _session(self, begin: Sequence[str]) -> AsyncIterator[SqlSession]:
        async with self._slot():
            connection = await self._ready_connection() or await self._connection(self._reader)
            try:
                yield SqlSession(connection, self.dialect, self._note_sent, begin)
            finally:
                if _is_untouched(connection):
                    self._ready.append(connection)
                    if not _is_fresh(self._ready[0]):
                        # Load has fallen: the pool decides how many idle ones are enough.
                        await _closed(self._ready.pop(0))
                else:
                    await _closed(connection)

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Wait until a connection may be taken.

        Raises:
            StorageBusy: all of them stayed in use for too long.
        """
        began = time.monotonic()
        try:
            if self._slots.locked():
                async with asyncio.timeout(self._wait_seconds):
                    _ = await self._slots.acquire()
            else:
                _ = await self._slots.acquire()
        except TimeoutError:
            self._refused += 1
            raise StorageBusy() from None
        finally:
            self._waited += time.monotonic() - began
        try:
            yield
        finally:
            self._slots.release()

    async def _ready_connection(self) -> AsyncConnection | None:
        """Return a connection that was used just now; older ones go back to the pool."""
        while self._ready:
            connection = self._ready.pop()
            if _is_fresh(connection):
                self._taken += 1
                return connection
            await _closed(connection)
        return None

    async def _connection(self, engine: AsyncEngine) -> AsyncConnection:
        began = time.monotonic()
        try:
            async with asyncio.timeout(2 * CONNECT_SECONDS):
                connection = await engine.connect()
        except TimeoutError:
            self._refused += 1
            raise StorageLost() from None
        except (SQLAlchemyError, OSError, EOFError) as error:
            self._refused += 1
            raise meaning_of(error, Phase.BEFORE_COMMIT) from None
        self._waited += time.monotonic() - began
        self._taken += 1
        return connection


def create_engine(
    url: str,
    *,
    pool_size: int = 10,
    pool_overflow: int = 5,
    pool_wait_seconds: float = 2.0,
    sqlite_synchronous: str = "FULL",
    slow_seconds: float = 0.2,
    tell_slow: TellSlow = write_slow,
) -> Database:
    """Return the database at the address, without connecting to it yet."""
    dialect = dialect_of(url, sqlite_synchronous=sqlite_synchronous)
    engine = open_pool(
        dialect, url, size=pool_size, overflow=pool_overflow, wait_seconds=pool_wait_seconds
    )
    time_statements(engine, slow_seconds, tell_slow)
    return Database(engine, dialect, pool_wait_seconds, noting_slow(slow_seconds, tell_slow))


def largest_of(pool: Pool) -> int:
    """Return how many connections may be in use at once."""
    assert isinstance(pool, QueuePool)
    return pool.size() + pool._max_overflow


async def _closed(connection: AsyncConnection) -> None:
    """Undo what is open and give the connection back; one that cannot do that is thrown away."""
    if _is_idle(connection):
        # Then nothing is waited for, and nobody can be cancelled.
        await connection.close()
        return
    closing = asyncio.ensure_future(_rolled_back(connection))
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await end_of(closing)
        raise


def _is_idle(connection: AsyncConnection) -> bool:
    driver = _driver_of(connection)
    return driver is not None and driver.is_idle


def _is_fresh(connection: AsyncConnection) -> bool:
    driver = _driver_of(connection)
    return driver is not None and driver.is_fresh


def _is_untouched(connection: AsyncConnection) -> bool:
    """Whether nothing is open on it, and SQLAlchemy itself was asked for nothing."""
    return _is_idle(connection) and not connection.in_transaction()


def _driver_of(connection: AsyncConnection) -> MySqlConnection | SqliteConnection | None:
    if connection.invalidated or connection.sync_connection is None:
        return None
    driver = connection.sync_connection.connection.driver_connection
    return driver if isinstance(driver, MySqlConnection | SqliteConnection) else None


async def _rolled_back(connection: AsyncConnection) -> None:
    try:
        async with asyncio.timeout(BUSY_SECONDS):
            await connection.close()
    except (SQLAlchemyError, OSError, EOFError):
        # It could not even undo: it is thrown away, unless that has happened already.
        if not connection.closed:
            await connection.invalidate()
            await connection.close()
