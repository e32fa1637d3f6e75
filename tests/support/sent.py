"""Looking on at what is sent to the database beside SQLAlchemy."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cashhaven_adapters.sql.dialects import Dialect
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.sending import StatementError
from cashhaven_adapters.sql.statements import Outcome, Statement

Look = Callable[[Sequence[Statement]], Sequence[Statement]]
"""Is shown what is about to be sent together, and returns what to send."""
NoteRefusal = Callable[[Exception], None]
"""Is shown why a statement was refused."""


class _Watched:
    """A dialect that shows the statements that it sends."""

    def __init__(self, dialect: Dialect, look: Look, note_refusal: NoteRefusal) -> None:
        self._dialect = dialect
        self._look = look
        self._note_refusal = note_refusal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dialect, name)

    async def send(
        self,
        connection: object,
        begin: Sequence[str],
        statements: Sequence[Statement],
        *,
        commit: bool,
    ) -> list[Outcome]:
        statements = self._look(statements)
        try:
            return await self._dialect.send(connection, begin, statements, commit=commit)
        except StatementError as refused:
            self._note_refusal(refused.cause)
            raise


@contextmanager
def watched(database: Database, look: Look) -> Iterator[None]:
    """Show what is sent together while the block lasts; what is never begun is not shown."""
    dialect = database.dialect
    database.dialect = _Watched(dialect, look, lambda cause: None)
    try:
        yield
    finally:
        database.dialect = dialect


def show_refusals(database: Database, note: NoteRefusal) -> None:
    """Show from now on why statements that were sent together were refused."""
    database.dialect = _Watched(database.dialect, lambda statements: statements, note)


def texts_of(database: Database, statement: Statement) -> list[tuple[str, tuple[object, ...]]]:
    """Return the pieces of the statement as they are sent, with what is bound the first time."""
    if database.dialect.one_writer:
        text, rows = statement.as_bound()
        return [(text, tuple(rows[0]))]
    return [(text, ()) for text in statement.as_texts()]
