"""A connection as repositories and queries see it: no driver's error ever leaves it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Row, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TypedReturnsRows

from cashhaven_adapters.sql.dialects import STATEMENT_SECONDS, Dialect
from cashhaven_adapters.sql.errors import (
    BrokenConstraintError,
    Phase,
    Refusals,
    is_about_connection,
    meaning_of,
)
from cashhaven_domain.shared.errors import OutcomeUnknown, StorageLost, Unavailable
from cashhaven_domain.shared.events import DomainEvent

ANSWER_SECONDS = STATEMENT_SECONDS + 3
"""A server that has not answered by then is taken for lost: it should have ended the statement."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
NO_REFUSALS: Refusals = {}


class SqlSession:
    """One connection, used by one task at a time, until it is closed or a failure ended it.

    After a conflict or a loss every further call raises the same again: what was begun is undone.
    """

    def __init__(self, connection: AsyncConnection, dialect: Dialect) -> None:
        self._connection = connection
        self._failure: Unavailable | None = None
        self._savepoints = 0
        self.dialect = dialect
        self.events: list[DomainEvent] = []
        """What saved aggregates recorded; written at the commit."""
        self.touched_products: set[int] = set()
        """The products that were saved, for those who keep copies of them."""

    async def rows(
        self, statement: TypedReturnsRows[*Ts], parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[*Ts]]:
        """Return all rows."""
        result = await self._answer(lambda: self._connection.execute(statement, parameters))
        return result.all()

    async def first(
        self, statement: TypedReturnsRows[*Ts], parameters: Mapping[str, Any] | None = None
    ) -> Row[*Ts] | None:
        """Return the first row."""
        result = await self._answer(lambda: self._connection.execute(statement, parameters))
        return result.first()

    async def scalar(
        self, statement: TypedReturnsRows[T], parameters: Mapping[str, Any] | None = None
    ) -> T | None:
        """Return the first column of the first row."""
        return await self._answer(lambda: self._connection.scalar(statement, parameters))

    async def run(
        self,
        statement: Executable,
        parameters: Parameters | None = None,
        *,
        refusals: Refusals = NO_REFUSALS,
    ) -> int:
        """Change something and return how many rows it matched.

        `refusals` says, by name, which constraints may refuse it and what that means.
        """
        result = await self._change(statement, parameters, refusals)
        return result.rowcount

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Return what synchronous work on the connection returns: inspecting, above all."""
        return await self._answer(lambda: self._connection.run_sync(work))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo this stretch when an exception leaves it."""
        self._savepoints += 1
        name, events = f"stretch_{self._savepoints}", len(self.events)
        _ = await self.run(text(f"SAVEPOINT {name}"))
        try:
            yield
        except BaseException:
            del self.events[events:]
            if self._failure is None:
                _ = await self.run(text(f"ROLLBACK TO SAVEPOINT {name}"))
            raise

    async def begin(self) -> None:
        """Begin a transaction."""
        _ = await self._answer(self._connection.begin)

    async def commit(self) -> None:
        """Commit; a cancelled caller leaves only when the outcome is known."""
        if self._failure is not None:
            raise self._failure
        task = asyncio.ensure_future(self._answer(self._connection.commit, Phase.COMMIT))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await end_of(task)
            raise

    async def drop(self, failure: Unavailable) -> None:
        """Cut the connection: whatever it was doing, nobody will use it again."""
        self._failure = failure
        if not self._connection.invalidated:
            await end_of(asyncio.ensure_future(self._connection.invalidate()))

    async def _change(
        self, statement: Executable, parameters: Parameters | None, refusals: Refusals
    ) -> CursorResult[Any]:
        table = statement.table if isinstance(statement, UpdateBase) else None
        try:
            return await self._answer(
                lambda: self._connection.execute(statement, parameters),
                table=getattr(table, "name", ""),
            )
        except BrokenConstraintError as broken:
            raise broken.as_refusal(refusals) from None

    async def _answer(
        self,
        call: Callable[[], Awaitable[T]],
        phase: Phase = Phase.BEFORE_COMMIT,
        table: str = "",
    ) -> T:
        if self._failure is not None:
            raise self._failure
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await call()
        except asyncio.CancelledError:
            # The server goes on with the statement; a connection in that state is of no use.
            await self.drop(StorageLost())
            raise
        except TimeoutError:
            lost = StorageLost() if phase is Phase.BEFORE_COMMIT else OutcomeUnknown()
            await self.drop(lost)
            raise lost from None
        except (SQLAlchemyError, OSError, EOFError) as error:
            meaning = meaning_of(error, phase, table)
            if isinstance(meaning, Unavailable):
                self._failure = meaning
            if is_about_connection(meaning):
                await self.drop(StorageLost())
            # Drivers quote values in their errors, and values may be somebody's secrets.
            raise meaning from None


async def end_of(task: "asyncio.Future[Any]") -> None:
    """Wait until the task has ended, however, and whatever happens to the caller meanwhile."""
    while not task.done():
        try:
            _ = await asyncio.wait([task])
        except asyncio.CancelledError:
            continue
    _ = task.cancelled() or task.exception()
