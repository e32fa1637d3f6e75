"""The drivers' connections, with what we need of them mended, and without needless round trips."""

import asyncio
import sqlite3
import time
from typing import Any

import aiomysql.connection
import aiosqlite
import pymysql.err

IDLE_SECONDS = 5.0
"""A connection that was used since then is not asked whether it lives, only looked at."""
_SERVER_GONE = 2006
_ROWS_AT_A_TIME = 64


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
        reader = self._reader
        if reader is None or reader.eof_received or reader.exception() is not None:
            raise pymysql.err.OperationalError(_SERVER_GONE, "the server closed the connection")
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            await super().ping(reconnect=False)

    async def rollback(self) -> None:
        """Undo the transaction, when the server has told of one."""
        if self.get_transaction_status():
            await super().rollback()

    async def _execute_command(self, command: int, sql: str | bytes) -> None:
        self._used_at = time.monotonic()
        await super()._execute_command(command, sql)


class SqliteConnection(aiosqlite.Connection):
    """A connection to a file, in a thread of its own."""

    async def rollback(self) -> None:
        """Undo the transaction, when there is one."""
        if self.in_transaction:
            await super().rollback()


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
