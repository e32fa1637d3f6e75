"""Addresses of empty databases on the chosen engines, one for each worker and engine."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.databases import make_tables


@contextmanager
def database_with_tables(
    engine: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the address of a database of this worker alone, with all tables and no rows."""
    if engine == "sqlite":
        url = f"sqlite+aiosqlite:///{folders.mktemp('books') / 'shop.sqlite3'}"
        make_tables(url)
        yield url
        return
    server = request.getfixturevalue(f"{engine}_server")
    url = server.create_database()
    try:
        make_tables(url)
        yield url
    finally:
        server.drop_database(url)
