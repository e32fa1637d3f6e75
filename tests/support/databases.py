"""Databases for tests: the tables are made once, their rows go after each test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import delete

from cashhaven_adapters.sql.engine import Database, create_engine
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_adapters.sql.tables.schema import schema

POOL_SIZE = 20
"""Enough for a test's parallel writers; one that looks at the pool makes its own."""


def make_tables(url: str) -> None:
    """Make all tables in an empty database."""
    asyncio.run(_make_tables(url))


async def _make_tables(url: str) -> None:
    async with opened(url) as database:
        await SchemaVersions(database).upgrade()


@asynccontextmanager
async def opened(
    url: str,
    *,
    pool_size: int = POOL_SIZE,
    pool_overflow: int = 5,
    wait_seconds: float = 2.0,
    sqlite_synchronous: str = "FULL",
) -> AsyncIterator[Database]:
    """Give the database while the block lasts."""
    database = create_engine(
        url,
        pool_size=pool_size,
        pool_overflow=pool_overflow,
        pool_wait_seconds=wait_seconds,
        sqlite_synchronous=sqlite_synchronous,
    )
    try:
        yield database
    finally:
        await database.dispose()


async def empty(database: Database) -> None:
    """Remove all rows, which is much faster than making the tables anew."""
    async with database.engine.begin() as connection:
        for table in reversed(schema.sorted_tables):
            _ = await connection.execute(delete(table))
