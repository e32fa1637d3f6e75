"""The drivers' connections, with what we need of them mended, and without needless round trips."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import aiomysql.connection
import aiosqlite
import pymysql.err
from pymysql.constants import COMMAND

from cashhaven_adapters.sql.answers import Answers
from cashhaven_adapters.sql.listening import Listener

IDLE_SECONDS = 5.0
"""A connection that was used since then is not asked whether it lives, only looked at."""
_SERVER_GONE = 2006
_ROWS_AT_A_TIME = 64


class WrongCountError(Exception):
    """A statement changed another number of rows than it had to."""


@dataclass(frozen=True, slots=True)
class SqliteWork:
    """A statement, what to bind each time that it is done, and how many rows it must change."""

    text: str
    rows: Sequence[Sequence[object]]
    expected: int | None = None


SqliteDone: TypeAlias = tuple[list[tuple[Any, ...]], int]
"""The rows that a statement found, and how many it found or changed."""


class MySqlConnection(aiomysql.connection.Connection):  # type: ignore[misc]  # it has no types
    """A connection to MySQL or MariaDB."""

    _used_at = 0.0

    def escape(self, obj: object) -> str:
        """Return the value as it stands in a statement.

        aiomysql 0.3 writes bytes by means of a name that PyMySQL 1.2 took away.
        """
        if isinstance(obj, bytes):
            return f"_binary X'{obj.hex()}'"
        escaped: str = super().escape(obj)
        return escaped

    async def ping(self, reconnect: bool = False) -> None:
        """Make sure that the server is still there; a socket that it closed tells by itself."""
        if not self._is_open:
            raise pymysql.err.OperationalError(_SERVER_GONE, "the server closed the connection")
        if not self.is_fresh:
            await super().ping(reconnect=False)

    async def rollback(self) -> None:
        """Undo the transaction, when the server has told of one."""
        if self.get_transaction_status():
            await super().rollback()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to undo."""
        return self._writer is not None and not self.get_transaction_status()

    @property
    def is_fresh(self) -> bool:
        """Whether it was used just now, and the server has not closed it since."""
        return self._is_open and time.monotonic() - self._used_at <= IDLE_SECONDS

    @property
    def _is_open(self) -> bool:
        reader = self._reader
        return reader is not None and not reader.eof_received and reader.exception() is None

    async def ask(self, text: str) -> Answers:
        """Send a text of one or more statements and return the answers to it.

        Raises:
            OSError: the connection is gone.
            EOFError: the connection is gone.
        """
        if self._writer is None:
            raise EOFError("the connection is closed")
        transport = self._writer.transport
        usual = transport.get_protocol()
        listener = Listener(usual, asyncio.get_running_loop())
        transport.set_protocol(listener)
        try:
            await self._execute_command(COMMAND.COM_QUERY, text)
            answers = await listener.complete
        except BaseException:
            # What is still under way is the answer to nobody's question any more.
            self.close()
            raise
        finally:
            transport.set_protocol(usual)
        if answers.status is not None:
            self.server_status = answers.status
        return answers

    async def _execute_command(self, command: int, sql: str | bytes) -> None:
        self._used_at = time.monotonic()
        await super()._execute_command(command, sql)


class SqliteConnection(aiosqlite.Connection):
    """A connection to a file, in a thread of its own."""

    is_fresh = True
    """A file does not go away."""
    _at_work = 0

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to undo, nor may be by the time."""
        return not self._at_work and not self.in_transaction

    async def rollback(self) -> None:
        """Undo the transaction, when there is one or may be one by the time."""
        if not self.is_idle:
            await super().rollback()

    async def do_all(
        self, works: Sequence[SqliteWork]
    ) -> tuple[list[SqliteDone], sqlite3.Error | WrongCountError | None]:
        """Do the statements in one turn of the thread, and return what was done till a failure."""
        self._at_work += 1
        result: tuple[list[SqliteDone], sqlite3.Error | WrongCountError | None]
        result = await self._execute(self._do_all, works)  # type: ignore[no-untyped-call]  # theirs
        return result

    def _do_all(
        self, works: Sequence[SqliteWork]
    ) -> tuple[list[SqliteDone], sqlite3.Error | WrongCountError | None]:
        done: list[SqliteDone] = []
        cursor = self._conn.cursor()
        try:
            for work in works:
                if len(work.rows) == 1:
                    _ = cursor.execute(work.text, work.rows[0])
                else:
                    _ = cursor.executemany(work.text, work.rows)
                if work.expected is not None and cursor.rowcount != work.expected:
                    return done, WrongCountError()
                done.append((cursor.fetchall(), cursor.rowcount))
        except sqlite3.Error as error:
            return done, error
        finally:
            # Else the file stayed locked as long as anybody held the cursor.
            cursor.close()
            self._at_work -= 1
        return done, None


async def connect_to_mysql(**arguments: Any) -> MySqlConnection:  # noqa: ANN401 - the driver's own
    """Return an open connection."""
    connection = MySqlConnection(**arguments)
    await connection._connect()
    return connection


async def connect_to_sqlite(
    place: str,
    **arguments: Any,  # noqa: ANN401 - the driver's own
) -> SqliteConnection:
    """Return an open connection; when there is none, leave nothing of it behind."""
    opened: list[sqlite3.Connection] = []

    def open_file() -> sqlite3.Connection:
        # SQLAlchemy asks for files that another thread may close once their own has ended.
        opened.append(sqlite3.connect(place, **arguments))
        return opened[0]

    connection = SqliteConnection(open_file, _ROWS_AT_A_TIME)
    connection._thread.daemon = True
    try:
        _ = await connection
    except BaseException:
        # Else the thread might still want to tell a loop that is closed by then.
        await asyncio.to_thread(connection._thread.join)
        for file in opened:
            file.close()
        raise
    return connection
