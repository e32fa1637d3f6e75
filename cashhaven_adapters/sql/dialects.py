"""What differs between the engines: how a connection is set up and how a transaction begins."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.util import await_only

from cashhaven_adapters.sql.driver import (
    MySqlConnection,
    SqliteConnection,
    connect_to_mysql,
    connect_to_sqlite,
)
from cashhaven_adapters.sql.sending import send_to_mysql, send_to_sqlite
from cashhaven_adapters.sql.statements import Outcome, Statement

LOCK_WAIT_SECONDS = 3
STATEMENT_SECONDS = 5
BUSY_SECONDS = 5
CONNECT_SECONDS = 3
_PAUSE_SECONDS = 0.02
TABLE_WAIT_SECONDS = 60
GUARD_TABLE = "schema_guard"
"""Its only row is held by whoever changes the tables."""

STRICT_MODE = ",".join(
    (
        "STRICT_ALL_TABLES",
        "ONLY_FULL_GROUP_BY",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ZERO_DATE",
        "NO_ZERO_IN_DATE",
        "NO_ENGINE_SUBSTITUTION",
    )
)
_COMMON_SETTINGS = (
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    f"SET SESSION time_zone = '+00:00', sql_mode = '{STRICT_MODE}', "
    f"innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}",
)

# Between the marks: for MariaDB only. MySQL limits nothing but SELECT.
_NO_LIMIT = "/*M! , max_statement_time = 0 */"


class Dialect(Protocol):
    """One engine family, as far as it differs from the others."""

    one_writer: bool
    """Whether only one transaction of the whole database may write at a time."""
    begin: Sequence[str]
    begin_snapshot: Sequence[str]
    """Begins a transaction that reads one consistent picture."""
    before_maintenance: Sequence[str]
    """Lifts the limits that a change of the tables may exceed."""
    maintain_alone: Sequence[str]
    """Keeps all others from changing the tables, for as long as its connection lasts."""

    def address(self, url: URL) -> URL:
        """Return the address with the driver that we use."""
        ...

    def connect_arguments(self) -> dict[str, Any]:
        """Return what the driver is told for each connection."""
        ...

    def prepare(self, connection: DBAPIConnection) -> None:
        """Set up a new connection.

        Raises:
            UnfitConnectionError: the engine did not take a setting that our promises rest on.
        """
        ...

    async def send(
        self,
        connection: object,
        begin: Sequence[str],
        statements: Sequence[Statement],
        *,
        commit: bool,
    ) -> list[Outcome]:
        """Begin, do the statements, commit, and return what became of each; see `sending.py`."""
        ...


class UnfitConnectionError(Exception):
    """A connection does not behave as the transactions need it."""


@dataclass(frozen=True)
class Sqlite(Dialect):
    """A file beside the program, with one writer at a time."""

    synchronous: str = "FULL"
    one_writer: bool = True
    # SQLite's own BEGIN locks at the first write; two readers that both go on to write then fail at
    # once, whatever the time-out. So whoever will write says so at the beginning.
    begin: Sequence[str] = ("BEGIN IMMEDIATE",)
    begin_snapshot: Sequence[str] = ("BEGIN DEFERRED",)
    before_maintenance: Sequence[str] = ()
    maintain_alone: Sequence[str] = ()

    def address(self, url: URL) -> URL:
        """Return the address with the driver that we use."""
        return url.set(drivername="sqlite+aiosqlite")

    def connect_arguments(self) -> dict[str, Any]:
        """Let us begin transactions, not the driver."""
        return {
            "async_creator_fn": connect_to_sqlite,
            "isolation_level": None,
            "timeout": BUSY_SECONDS,
        }

    async def send(
        self,
        connection: object,
        begin: Sequence[str],
        statements: Sequence[Statement],
        *,
        commit: bool,
    ) -> list[Outcome]:
        """Take one turn of the connection's thread."""
        assert isinstance(connection, SqliteConnection)
        return await send_to_sqlite(connection, begin, statements, commit=commit)

    def prepare(self, connection: DBAPIConnection) -> None:
        """Make commits durable and foreign keys binding."""
        _use_write_ahead_log(connection)
        settings = {
            "journal_mode": ("WAL", "wal"),
            "synchronous": (self.synchronous, {"FULL": 2, "NORMAL": 1}[self.synchronous]),
            "foreign_keys": ("ON", 1),
            "busy_timeout": (str(BUSY_SECONDS * 1000), BUSY_SECONDS * 1000),
        }
        for name, (value, _) in settings.items():
            if name != "journal_mode":
                _ = _ask(connection, f"PRAGMA {name} = {value}")
        for name, (value, expected) in settings.items():
            if _ask(connection, f"PRAGMA {name}") != (expected,):
                raise UnfitConnectionError(f"SQLite did not take {name} = {value}")


@dataclass(frozen=True)
class MySqlFamily(Dialect):
    """MySQL and MariaDB, and what speaks like them."""

    one_writer: bool = False
    begin: Sequence[str] = ("BEGIN",)
    begin_snapshot: Sequence[str] = (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    )
    before_maintenance: Sequence[str] = (
        f"SET SESSION lock_wait_timeout = {TABLE_WAIT_SECONDS} {_NO_LIMIT}",
    )
    # A lock on a row, since named locks do not hold in a cluster; on a connection of its own, since
    # every change of a table commits.
    maintain_alone: Sequence[str] = (
        f"SET SESSION innodb_lock_wait_timeout = {TABLE_WAIT_SECONDS} {_NO_LIMIT}",
        "CREATE TABLE IF NOT EXISTS schema_guard (id INTEGER NOT NULL PRIMARY KEY) "
        "ENGINE=InnoDB CHARSET=utf8mb4 COLLATE utf8mb4_bin",
        "INSERT IGNORE INTO schema_guard (id) VALUES (1)",
        "BEGIN",
        "SELECT id FROM schema_guard WHERE id = 1 FOR UPDATE",
    )

    def address(self, url: URL) -> URL:
        """Return the address with the driver that we use; the server says which of them it is."""
        return url.set(drivername="mysql+aiomysql").update_query_dict({"charset": "utf8mb4"})

    def connect_arguments(self) -> dict[str, Any]:
        """Let us begin transactions, not the driver."""
        return {
            "async_creator_fn": connect_to_mysql,
            "autocommit": True,
            "connect_timeout": CONNECT_SECONDS,
        }

    async def send(
        self,
        connection: object,
        begin: Sequence[str],
        statements: Sequence[Statement],
        *,
        commit: bool,
    ) -> list[Outcome]:
        """Send one text."""
        assert isinstance(connection, MySqlConnection)
        return await send_to_mysql(connection, begin, statements, commit=commit)

    def prepare(self, connection: DBAPIConnection) -> None:
        """Set the session up: READ COMMITTED, UTC, strict, and nothing may take for ever."""
        (version,) = _ask(connection, "SELECT VERSION()")
        if is_mariadb(version):
            limit, isolation = f"max_statement_time = {STATEMENT_SECONDS}", "tx_isolation"
        else:
            limit = f"max_execution_time = {STATEMENT_SECONDS * 1000}"
            isolation = "transaction_isolation"
        for setting in (*_COMMON_SETTINGS, f"SET SESSION {limit}"):
            _ = _ask(connection, setting)
        present = _ask(connection, f"SELECT @@session.{isolation}, @@session.time_zone")
        if present != ("READ-COMMITTED", "+00:00"):
            raise UnfitConnectionError(f"the server did not take READ COMMITTED and UTC: {present}")


def is_mariadb(version: str) -> bool:
    """Whether the server that answers `SELECT VERSION()` so is a MariaDB."""
    return "mariadb" in version.lower()


def dialect_of(address: str, *, sqlite_synchronous: str = "FULL") -> Dialect:
    """Return what is special about the engine at this address."""
    name = make_url(address).get_backend_name()
    if name == "sqlite":
        return Sqlite(synchronous=sqlite_synchronous)
    assert name in {"mysql", "mariadb"}, f"no engine of ours: {name}"
    return MySqlFamily()


def _ask(connection: DBAPIConnection, statement: str) -> tuple[Any, ...]:
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return tuple(cursor.fetchone() or ()) if cursor.description else ()
    finally:
        cursor.close()


def _use_write_ahead_log(connection: DBAPIConnection) -> None:
    """Turn a new file's log on: SQLite needs it for itself then, and does not wait for that."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            _ = _ask(connection, "PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            await_only(asyncio.sleep(_PAUSE_SECONDS))
