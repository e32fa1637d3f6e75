"""A peer's process, with its packages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.node_packages import prepared
from tests.benchmarks.processes import Served, free_port, served
from tests.support.database_server import DatabaseServer


@contextmanager
def running(
    source: Path, server: DatabaseServer, database: str, secret: str, log: Path
) -> Iterator[Served]:
    """Give the running peer while the block lasts: one process, ten connections."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "PORT": str(port),
        "JWT_SECRET": secret,
        "DB_HOST": server.host,
        "DB_PORT": str(server.port),
        "DB_USER": server.user,
        "DB_PASSWORD": server.password,
        "DB_NAME": database,
    }
    with served(
        ["node", "server.js"], folder=prepared(source), environment=environment, url=url, log=log
    ) as peer:
        yield peer
