"""Addresses, limits and numbers of a database."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from cashhaven_adapters.sql.dialects import MySqlFamily, Sqlite, dialect_of, is_mariadb
from cashhaven_adapters.sql.engine import Database, create_engine
from cashhaven_adapters.sql.health import SqlHealth
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_adapters.sql.pool import PoolNumbers
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_domain.shared.errors import StorageBusy, StorageFull
from tests.support.databases import opened


@pytest.mark.parametrize("scheme", ["mysql", "mysql+pymysql", "mariadb", "mariadb+aiomysql"])
def test_servers_are_reached_by_one_driver_whatever_they_are_called(scheme: str) -> None:
    address = f"{scheme}://till:p%40ss@host:3307/shop?charset=latin1"
    dialect = dialect_of(address)
    assert dialect == MySqlFamily()
    url = dialect.address(make_url(address))
    assert url.drivername == "mysql+aiomysql"
    assert (url.username, url.password, url.port, url.database) == ("till", "p@ss", 3307, "shop")
    assert url.query == {"charset": "utf8mb4"}


def test_files_are_reached_by_one_driver() -> None:
    dialect = dialect_of("sqlite:///shop.db", sqlite_synchronous="NORMAL")
    assert dialect == Sqlite(synchronous="NORMAL")
    assert dialect.address(make_url("sqlite:///shop.db")).drivername == "sqlite+aiosqlite"


def test_servers_tell_what_they_are() -> None:
    assert is_mariadb("10.11.14-MariaDB-0+deb12u2")
    assert not is_mariadb("9.7.0")


async def test_the_pool_tells_its_numbers(database_url: str) -> None:
    async with opened(database_url, pool_size=3, pool_overflow=2) as database:
        assert database.pool == PoolNumbers(3, 5, 0, 0, 0, 0, 0.0)
        async with database.reading(), database.reading():
            assert (database.pool.in_use, database.pool.idle) == (2, 0)
        numbers = database.pool
    assert (numbers.in_use, numbers.idle, numbers.taken, numbers.refused) == (0, 2, 2, 0)
    assert numbers.waited_seconds > 0


async def test_making_a_database_connects_to_nothing() -> None:
    await create_engine("mysql://nobody@192.0.2.1/shop").dispose()


async def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_space(tmp_path: Path) -> None:
    async def limit(database: Database, pages: int) -> None:
        # One connection only, so that it is the limited one.
        async with database.reading() as session:
            _ = await session.call(
                lambda connection: connection.exec_driver_sql(
                    f"PRAGMA max_page_count = {pages}"
                ).scalar()
            )

    async def fill(database: Database, count: int) -> None:
        rows = [{"name": f"{number:064}", "next_number": number} for number in range(count)]
        async with database.writing() as session:
            _ = await session.run(insert(number_sequence), rows)
            await session.commit()

    async with opened(
        f"sqlite:///{tmp_path / 'shop.db'}", pool_size=1, pool_overflow=0
    ) as database:
        await SchemaVersions(database).upgrade()
        await limit(database, 1)
        with pytest.raises(StorageFull):
            await fill(database, 5_000)
        async with database.reading() as session:
            assert await session.rows(select(number_sequence)) == []
        await limit(database, 1_000_000)
        await fill(database, 5_000)


@pytest.mark.slow
async def test_whoever_waits_too_long_for_the_only_writer_is_told(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'shop.db'}") as database, database.writing():
        began = asyncio.get_running_loop().time()
        with pytest.raises(StorageBusy):
            async with database.writing():
                raise AssertionError("two writers")
        assert 4.5 < asyncio.get_running_loop().time() - began < 6.5
        assert database.pool.refused == 1


async def test_health_of_a_file_that_is_no_database(tmp_path: Path) -> None:
    _ = (tmp_path / "shop.db").write_bytes(b"no database at all" * 100)
    async with opened(f"sqlite:///{tmp_path / 'shop.db'}") as database:
        health = await SqlHealth(database).check()
    assert (health.answers, health.tables_fit, health.is_ready) == (False, False, False)
