"""Books for the machine that sells; all other tests here keep theirs in memory."""

from collections.abc import Iterator

import pytest

from tests.support.database_urls import database_with_tables


@pytest.fixture(scope="session")
def books(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the books, for engines that have one."""
    if engine == "memory":
        yield ""
        return
    with database_with_tables(engine, request, tmp_path_factory) as url:
        yield url
