"""The peer that tells every screen of a sale, on ws."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.benchmarks import node_packages, node_process
from tests.benchmarks.databases import connected
from tests.benchmarks.processes import Served
from tests.support.database_server import DatabaseServer

_SOURCE = Path(__file__).with_name("peer_ws")


def prepared() -> Path:
    """Return the folder with the peer and its packages; see `node_packages`."""
    return node_packages.prepared(_SOURCE)


def versions() -> dict[str, str]:
    """Return the versions of Node and of what the peer stands on."""
    return node_packages.versions(_SOURCE, ("ws", "mysql2"))


@contextmanager
def books(server: DatabaseServer) -> Iterator[str]:
    """Give the address of a new database with the peer's table."""
    url = server.create_database()
    try:
        with connected(url) as connection, connection.cursor() as cursor:
            cursor.execute((_SOURCE / "schema.sql").read_text(encoding="utf-8"))
        yield url
    finally:
        server.drop_database(url)


def running(
    server: DatabaseServer, database: str, secret: str, log: Path
) -> AbstractContextManager[Served]:
    """Give the running peer while the block lasts."""
    return node_process.running(_SOURCE, server, database, secret, log)
