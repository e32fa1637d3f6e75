"""The peer that does the contract's busiest routes, on Express."""

from contextlib import AbstractContextManager
from pathlib import Path

from tests.benchmarks import node_packages, node_process
from tests.benchmarks.processes import Served
from tests.support.database_server import DatabaseServer

_SOURCE = Path(__file__).with_name("peer_express")
SCHEMA = (_SOURCE / "schema.sql").read_text(encoding="utf-8")


def prepared() -> Path:
    """Return the folder with the peer and its packages; see `node_packages`."""
    return node_packages.prepared(_SOURCE)


def versions() -> dict[str, str]:
    """Return the versions of Node and of what the peer stands on."""
    return node_packages.versions(_SOURCE, ("express", "mysql2"))


def running(
    server: DatabaseServer, database: str, secret: str, log: Path
) -> AbstractContextManager[Served]:
    """Give the running peer while the block lasts."""
    return node_process.running(_SOURCE, server, database, secret, log)
