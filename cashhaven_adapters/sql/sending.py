"""Sending statements together: several in one text, or all in one turn of a thread."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cashhaven_adapters.sql import bindings, texts
from cashhaven_adapters.sql.driver import (
    MySqlConnection,
    SqliteConnection,
    SqliteWork,
    WrongCountError,
)
from cashhaven_adapters.sql.statements import Outcome, Statement, read_rows

COMMIT = "COMMIT"
_CHARACTERS_AT_ONCE = 1_000_000
"""A text that would grow longer is sent as several, each well below what servers take."""
# A statement that fails when the one before it changed another number of rows, since a subquery
# must not return two: so nothing of the text that comes after it is done. DO would only warn.
_GUARD = "SET @guard = IF(ROW_COUNT() = %d, 0, (SELECT 1 UNION SELECT 2))"


class StatementError(Exception):
    """A statement was refused; those before it are done, those after it are not."""

    def __init__(self, cause: Exception, statement: Statement | None, *, at_commit: bool) -> None:
        super().__init__(cause)
        self.cause = cause
        self.statement = statement
        self.at_commit = at_commit


class _Piece(NamedTuple):
    text: str
    statement: Statement | None = None
    is_guard: bool = False


async def send_to_mysql(
    connection: MySqlConnection,
    begin: Sequence[str],
    statements: Sequence[Statement],
    *,
    commit: bool,
) -> list[Outcome]:
    """Send one text, or several when it would be too long; COMMIT ends the last.

    Raises:
        StatementError: one of them was refused; the transaction is still open.
        OSError: the connection is gone.
        EOFError: the connection is gone.
    """
    outcomes: dict[int, Outcome] = {id(statement): Outcome() for statement in statements}
    for pieces in _parcels(_pieces(begin, statements, commit=commit)):
        answers = await connection.ask(";".join([piece.text for piece in pieces]))
        for piece, answer in zip(pieces, answers.done, strict=False):
            if piece.statement is None or piece.is_guard:
                continue
            outcome = outcomes[id(piece.statement)]
            outcome.count += answer.affected
            outcome.number = answer.insert_id
            if answer.rows:
                outcome.rows = read_rows(piece.statement.kinds, texts.READERS, answer.rows)
        if answers.failure is not None:
            failed = pieces[len(answers.done)]
            cause = WrongCountError() if failed.is_guard else answers.failure
            raise StatementError(cause, failed.statement, at_commit=failed.text == COMMIT)
    return [outcomes[id(statement)] for statement in statements]


def _pieces(
    begin: Sequence[str], statements: Sequence[Statement], *, commit: bool
) -> Iterator[_Piece]:
    for text in begin:
        yield _Piece(text)
    for statement in statements:
        for text in statement.as_texts():
            yield _Piece(text, statement)
            if statement.expected is not None:
                yield _Piece(_GUARD % statement.expected, statement, is_guard=True)
    if commit:
        yield _Piece(COMMIT)


def _parcels(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    parcel: list[_Piece] = []
    length = 0
    for piece in pieces:
        length += len(piece.text)
        if length > _CHARACTERS_AT_ONCE and parcel and not piece.is_guard:
            yield parcel
            parcel, length = [], len(piece.text)
        parcel.append(piece)
    if parcel:
        yield parcel


async def send_to_sqlite(
    connection: SqliteConnection,
    begin: Sequence[str],
    statements: Sequence[Statement],
    *,
    commit: bool,
) -> list[Outcome]:
    """Do everything in one turn of the connection's thread.

    Raises:
        StatementError: one of them was refused; the transaction is still open.
    """
    works = [SqliteWork(text, ((),)) for text in begin]
    works += [SqliteWork(*statement.as_bound(), statement.expected) for statement in statements]
    if commit:
        works.append(SqliteWork(COMMIT, ((),)))
    done, failure = await connection.do_all(works)
    if failure is not None:
        at = len(done) - len(begin)
        raise StatementError(
            failure,
            statements[at] if 0 <= at < len(statements) else None,
            at_commit=at == len(statements),
        )
    found = done[len(begin) : len(begin) + len(statements)]
    return [
        Outcome(read_rows(statement.kinds, bindings.READERS, rows) if rows else [], count)
        for statement, (rows, count) in zip(statements, found, strict=True)
    ]
