"""The databases of a run: on servers of its own, each made for one stage and dropped after it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pymysql

from tests.benchmarks import slow_disk
from tests.benchmarks.books import Ask
from tests.benchmarks.express_peer import SCHEMA
from tests.benchmarks.our_shop import fill_ours
from tests.benchmarks.peer_shop import fill_peer
from tests.benchmarks.processes import BenchmarkError
from tests.support.database_server import DatabaseServer, Kind
from tests.support.debian_servers import ServerNotToBeHad
from tests.support.own_server import OwnServer
from tests.support.servers import own_server


class Servers:
    """Database servers of this run alone, started when they are first needed."""

    def __init__(self) -> None:
        self._running: dict[Kind | Literal["slow-disk"], OwnServer] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, kind: Kind | Literal["slow-disk"]) -> OwnServer:
        """Return the server of this kind; `slow-disk` is a MariaDB of its own.

        Raises:
            BenchmarkError: there is none and none can be fetched.
        """
        if kind not in self._running:
            try:
                self._running[kind] = self._stack.enter_context(
                    own_server("mariadb", slow_disk.environment())
                    if kind == "slow-disk"
                    else own_server(kind)
                )
            except ServerNotToBeHad as error:
                raise BenchmarkError(str(error)) from error
        return self._running[kind]

    def versions(self) -> dict[str, str]:
        """Return the versions of those that were started."""
        names: dict[Kind, str] = {"mariadb": "MariaDB", "mysql": "MySQL"}
        return {
            names[running.server.kind]: _version_of(running.server)
            for running in self._running.values()
        }


def _version_of(server: DatabaseServer) -> str:
    return str(server.execute("SELECT VERSION()")[0][0]).partition("-")[0]


@contextmanager
def our_books(server: DatabaseServer, products: int) -> Iterator[str]:
    """Give the address of a new database with our tables and the shop in it."""
    url = server.create_database()
    try:
        fill_ours(url, products)
        yield url
    finally:
        server.drop_database(url)


@contextmanager
def our_file(folder: Path, products: int) -> Iterator[str]:
    """Give the address of a new SQLite file with the shop in it."""
    url = f"sqlite+aiosqlite:///{folder / 'books.sqlite3'}"
    fill_ours(url, products)
    yield url


@contextmanager
def peers_books(server: DatabaseServer, products: int) -> Iterator[str]:
    """Give the address of a new database with the peer's tables and the shop in it."""
    url = server.create_database()
    try:
        with connected(url) as connection:
            fill_peer(connection, SCHEMA, products)
        yield url
    finally:
        server.drop_database(url)


def name_of(url: str) -> str:
    """Return the name of the database of an address."""
    return urlsplit(url).path.strip("/")


def connected(url: str) -> "pymysql.Connection[Any]":
    """Return a connection to a database of MariaDB or MySQL."""
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 0,
        user=parts.username,
        password=parts.password or "",
        database=name_of(url),
    )


def questions_to(url: str) -> Ask:
    """Return what runs questions in the database."""

    def ask_server(question: str) -> list[tuple[Any, ...]]:
        with connected(url) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall())

    def ask_file(question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
            return connection.execute(question).fetchall()

    return ask_file if url.startswith("sqlite") else ask_server
