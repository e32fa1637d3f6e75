"""What tests of the composition root share."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.server_process import ServerProcess


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Put the log back: commands set it up for the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def server(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[ServerProcess]:
    """The server on a database of its own."""
    if sql_engine == "sqlite":
        async with ServerProcess(tmp_path, {}) as process:
            yield process
        return
    database = request.getfixturevalue(f"{sql_engine}_server")
    url = database.create_database()
    async with ServerProcess(tmp_path, {"DATABASE_URL": url}) as process:
        yield process
    database.drop_database(url)
