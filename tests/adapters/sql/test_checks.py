"""What is said about an engine before serving."""

from collections.abc import Iterator

import pytest

from cashhaven_adapters.sql import checks
from cashhaven_adapters.sql.checks import Finding, examine
from cashhaven_adapters.sql.engine import Database
from tests.support.database_server import DatabaseServer
from tests.support.databases import opened


async def test_a_good_engine_is_not_refused(database: Database) -> None:
    assert not [finding for finding in await examine(database) if finding.refused]


async def test_sqlite_that_may_forget_is_warned_about(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('books') / 'shop.db'}"
    async with opened(url, sqlite_synchronous="NORMAL") as database:
        (finding,) = await examine(database)
    assert "queda de energia" in finding.sentence
    assert not finding.refused


async def test_an_almighty_user_is_warned_about(new_url: str) -> None:
    async with opened(new_url) as database:
        sentences = [finding.sentence for finding in await examine(database)]
    assert any("privilégios" in sentence for sentence in sentences)


async def test_a_user_of_the_shop_alone_is_welcome(
    database_server: DatabaseServer, new_url: str
) -> None:
    name = new_url.rpartition("/")[2].partition("?")[0]
    database_server.execute(f"CREATE USER '{name[-20:]}'@'127.0.0.1' IDENTIFIED BY 'secret'")
    database_server.execute(f"GRANT ALL PRIVILEGES ON `{name}`.* TO '{name[-20:]}'@'127.0.0.1'")
    async with opened(new_url.replace("root@", f"{name[-20:]}:secret@")) as database:
        sentences = [finding.sentence for finding in await examine(database)]
    database_server.execute(f"DROP USER '{name[-20:]}'@'127.0.0.1'")
    assert not any("privilégios" in sentence for sentence in sentences)


async def test_foreign_tables_of_another_kind_are_refused(
    database_server: DatabaseServer, new_url: str
) -> None:
    name = new_url.rpartition("/")[2].partition("?")[0]
    database_server.execute(
        f"CREATE TABLE `{name}`.sale (id INT PRIMARY KEY) ENGINE=MyISAM CHARSET=latin1"
    )
    async with opened(new_url) as database:
        refused = [finding.sentence for finding in await examine(database) if finding.refused]
    assert refused == [
        "a tabela sale está em MyISAM; deve estar em InnoDB",
        "a tabela sale está em latin1_swedish_ci; deve estar em utf8mb4",
    ]


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        ("8.0.15", True),
        ("8.0.16", False),
        ("9.7.0", False),
        ("10.5.28-MariaDB", True),
        ("10.6.0-MariaDB-log", False),
        ("11.8.2-MariaDB-ubu2404", False),
    ],
)
def test_old_servers_are_refused(version: str, refused: bool) -> None:
    assert [finding.refused for finding in checks._about_version(version)] == [True] * refused


def test_settings_that_lose_sales_are_warned_about() -> None:
    lax = {
        "innodb_flush_log_at_trx_commit": "2",
        "log_bin": "ON",
        "sync_binlog": "0",
        "binlog_format": "STATEMENT",
    }
    found: list[Finding] = list(checks._about_durability(lax))
    assert [finding.sentence.split()[0] for finding in found] == [
        "innodb_flush_log_at_trx_commit",
        "sync_binlog",
        "binlog_format",
    ]
    assert not any(finding.refused for finding in found)
    assert list(checks._about_durability({"innodb_flush_log_at_trx_commit": "1"})) == []


@pytest.fixture
def new_url(database_server: DatabaseServer) -> Iterator[str]:
    """The address of an empty database on a server."""
    url = database_server.create_database()
    yield url
    database_server.drop_database(url)
