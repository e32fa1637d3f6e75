"""A connection as repositories and queries see it: no driver's error ever leaves it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Row
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TypedReturnsRows

from cashhaven_adapters.sql.dialects import STATEMENT_SECONDS, Dialect
from cashhaven_adapters.sql.driver import WrongCountError
from cashhaven_adapters.sql.errors import (
    BrokenConstraintError,
    Phase,
    Refusals,
    is_about_connection,
    meaning_of,
)
from cashhaven_adapters.sql.sending import StatementError
from cashhaven_adapters.sql.statements import (
    NO_REFUSALS,
    Change,
    Outcome,
    Question,
    Record,
    Statement,
)
from cashhaven_adapters.sql.timing import NoteSent
from cashhaven_domain.shared.errors import (
    OutcomeUnknown,
    StaleAggregate,
    StorageLost,
    Unavailable,
)
from cashhaven_domain.shared.events import DomainEvent

ANSWER_SECONDS = STATEMENT_SECONDS + 3
"""A server that has not answered by then is taken for lost: it should have ended the statement."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class SqlSession:
    """One connection, used by one task at a time, until it is closed or a failure ended it.

    A transaction begins with its first statement. What is collected is sent with the commit, or
    before whatever else is asked of the session, so that everything happens in the order in which
    it was said; what refuses it then ends the transaction, or the stretch since a savepoint.

    After a conflict or a loss every further call raises the same again: what was begun is undone.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        dialect: Dialect,
        note_sent: NoteSent,
        begin: Sequence[str] = (),
    ) -> None:
        self._connection = connection
        self._note_sent = note_sent
        self._begin = begin
        self._collected: list[Statement] = []
        self._failure: Exception | None = None
        self._savepoints = 0
        self.dialect = dialect
        self.events: list[DomainEvent] = []
        """What saved aggregates recorded; written at the commit."""
        self.touched_products: set[int] = set()
        """The products that were saved, for those who keep copies of them."""

    def collect(self, statement: Statement) -> None:
        """Take a statement that is sent with others, at the commit at the latest."""
        self._collected.append(statement)

    async def ask(self, *questions: Question) -> list[list[Record]]:
        """Return the rows that answer each question; all are sent together.

        A question about no values is none.
        """
        asked = [question for question in questions if question.values]
        if not asked:
            return [[] for _ in questions]
        outcomes = iter((await self._send(asked))[-len(asked) :])
        return [next(outcomes).rows if question.values else [] for question in questions]

    async def tell(self, statement: Statement) -> Outcome:
        """Do a statement now, with what was collected before it."""
        return (await self._send([statement]))[-1]

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
        _ = await self.tell(_plain(f"SAVEPOINT {name}"))
        try:
            yield
            await self._send_collected()
        except BaseException:
            del self.events[events:]
            self._collected.clear()
            if not isinstance(self._failure, Unavailable):
                self._failure = None
                _ = await self.tell(_plain(f"ROLLBACK TO SAVEPOINT {name}"))
            raise

    async def commit(self) -> None:
        """Commit; a cancelled caller leaves only when the outcome is known."""
        if self._failure is not None:
            raise self._failure
        task = asyncio.ensure_future(self._send((), commit=True))
        try:
            _ = await asyncio.shield(task)
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

    async def _answer(self, call: Callable[[], Awaitable[T]], table: str = "") -> T:
        """Call SQLAlchemy, when what comes first was sent."""
        await self._send_collected()
        try:
            return await self._guarded(call, Phase.BEFORE_COMMIT)
        except (SQLAlchemyError, OSError, EOFError) as error:
            # Drivers quote values in their errors, and values may be somebody's secrets.
            raise await self._meaning_of(error, Phase.BEFORE_COMMIT, table) from None

    async def _send_collected(self) -> None:
        if self._begin or self._collected:
            _ = await self._send(())

    async def _send(
        self, statements: Sequence[Statement], *, commit: bool = False
    ) -> list[Outcome]:
        """Send what was collected, and then these."""
        if self._failure is not None:
            raise self._failure
        begin, self._begin = self._begin, ()
        collected, self._collected = self._collected, []
        everything = [*collected, *statements]
        if commit and begin and not everything:
            return []
        phase = Phase.COMMIT if commit else Phase.BEFORE_COMMIT
        began = time.perf_counter()
        try:
            return await self._guarded(
                lambda: self.dialect.send(self._driver, begin, everything, commit=commit), phase
            )
        except StatementError as refused:
            meaning = await self._meaning_of_refusal(refused)
            if collected or commit:
                # Half of what was to be done together is done.
                self._failure = meaning
            raise meaning from None
        except (OSError, EOFError) as error:
            raise await self._meaning_of(error, phase) from None
        finally:
            self._note_sent(everything, time.perf_counter() - began)

    @property
    def _driver(self) -> object:
        connection = self._connection.sync_connection
        assert connection is not None
        return connection.connection.driver_connection

    async def _guarded(self, call: Callable[[], Awaitable[T]], phase: Phase) -> T:
        """Wait for the answer as long as one may; whoever leaves before it leaves a ruin."""
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

    async def _meaning_of_refusal(self, refused: StatementError) -> Exception:
        statement = refused.statement
        if isinstance(refused.cause, WrongCountError):
            return StaleAggregate()
        meaning = await self._meaning_of(
            refused.cause,
            Phase.COMMIT if refused.at_commit else Phase.BEFORE_COMMIT,
            "" if statement is None else statement.table,
        )
        if isinstance(meaning, BrokenConstraintError) and statement is not None:
            return meaning.as_refusal(statement.refusals)
        return meaning

    async def _meaning_of(self, error: Exception, phase: Phase, table: str = "") -> Exception:
        meaning = meaning_of(error, phase, table)
        if isinstance(meaning, Unavailable):
            self._failure = meaning
        if is_about_connection(meaning):
            await self.drop(StorageLost())
        return meaning


def _plain(text: str) -> Change:
    return Change("", text, ((),))


async def end_of(task: "asyncio.Future[Any]") -> None:
    """Wait until the task has ended, however, and whatever happens to the caller meanwhile."""
    while not task.done():
        try:
            _ = await asyncio.wait([task])
        except asyncio.CancelledError:
            continue
    _ = task.cancelled() or task.exception()
