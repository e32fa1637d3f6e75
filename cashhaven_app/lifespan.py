"""What begins when a server starts to serve and ends when it stops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from cashhaven_app.container import Container

_log = structlog.get_logger("cashhaven.server")


async def close(container: Container) -> None:
    """Let go of what the container holds."""
    if container.settings().storage == "sql":
        await container.adapters.database().dispose()


@asynccontextmanager
async def serving(container: Container) -> AsyncIterator[None]:
    """Keep the shop open; at the end let go of the database."""
    settings = container.settings()
    _log.info(
        "started",
        production=settings.production,
        storage=settings.storage,
        sqlite_synchronous=settings.sqlite_synchronous if settings.is_embedded else None,
    )
    try:
        yield
    finally:
        await close(container)
        _log.info("stopped")
