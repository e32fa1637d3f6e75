"""Our server as a shop runs it: production settings, its log in a file."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.processes import ROOT, Served, free_port, served

SETTINGS = {
    "CASHHAVEN_ENV": "production",
    "HOST": "127.0.0.1",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "INFO",
}
"""All others have their defaults."""


@contextmanager
def running(
    url_of_books: str,
    secret: str,
    log: Path,
    *,
    processes: int = 1,
    more_settings: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """Give our running server while the block lasts."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DB_")}
    environment = {
        **kept,
        **SETTINGS,
        **(more_settings or {}),
        "PORT": str(port),
        "JWT_SECRET": secret,
        "DATABASE_URL": url_of_books,
        "CASHHAVEN_DATA_DIR": str(log.parent),
    }
    more = () if processes == 1 else ("--processes", str(processes))
    command = (sys.executable, "-m", "cashhaven_app", "serve", *more)
    url = f"http://127.0.0.1:{port}"
    with served(command, folder=ROOT, environment=environment, url=url, log=log) as ours:
        yield ours
