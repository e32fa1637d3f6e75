"""What a server must be like for the promises to hold: looked at once, before serving."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from cashhaven_adapters.sql.dialects import Sqlite, is_mariadb
from cashhaven_adapters.sql.engine import Database

OLDEST_MYSQL = (8, 0, 16)
"""Since then checks are enforced."""
OLDEST_MARIADB = (10, 6)
"""Since then locked rows can be passed over."""

_WATCHED = (
    "innodb_flush_log_at_trx_commit",
    "log_bin",
    "sync_binlog",
    "binlog_format",
)
_GRANT = re.compile(r"GRANT (.+) ON \*\.\* TO ")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; a refused one makes it wrong to serve at all."""

    sentence: str
    refused: bool = False


async def examine(database: Database) -> Sequence[Finding]:
    """Return what is wrong with the engine, the worst first.

    Raises:
        Unavailable: the database is away.
    """
    dialect = database.dialect
    if isinstance(dialect, Sqlite):
        return list(_about_sqlite(dialect))
    async with database.reading() as session:
        found = await session.call(lambda connection: list(_about_server(connection)))
    return sorted(found, key=lambda finding: not finding.refused)


def _about_sqlite(dialect: Sqlite) -> Iterator[Finding]:
    if dialect.synchronous != "FULL":
        yield Finding(
            "SQLite: com synchronous=NORMAL, uma queda de energia pode apagar as últimas vendas"
        )


def _about_server(connection: Connection) -> Iterator[Finding]:
    version = str(connection.exec_driver_sql("SELECT VERSION()").scalar_one())
    yield from _about_version(version)
    yield from _about_tables(connection)
    rows = connection.exec_driver_sql("SHOW GLOBAL VARIABLES").all()
    yield from _about_durability({name: value for name, value in rows if name in _WATCHED})
    grants = connection.exec_driver_sql("SHOW GRANTS").scalars().all()
    yield from _about_privileges([str(grant) for grant in grants])


def _about_version(version: str) -> Iterator[Finding]:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    oldest = OLDEST_MARIADB if is_mariadb(version) else OLDEST_MYSQL
    if numbers < oldest:
        wanted = ".".join(str(number) for number in oldest)
        yield Finding(f"o servidor {version} é antigo demais; use {wanted} ou mais novo", True)


def _about_tables(connection: Connection) -> Iterator[Finding]:
    rows = connection.exec_driver_sql(
        "SELECT table_name, engine, table_collation FROM information_schema.tables "
        "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"
    ).all()
    for name, engine, collation in rows:
        if engine != "InnoDB":
            yield Finding(f"a tabela {name} está em {engine}; deve estar em InnoDB", True)
        if name != "alembic_version" and not str(collation).startswith("utf8mb4"):
            yield Finding(f"a tabela {name} está em {collation}; deve estar em utf8mb4", True)


def _about_durability(variables: Mapping[str, str]) -> Iterator[Finding]:
    if variables.get("innodb_flush_log_at_trx_commit") != "1":
        yield Finding(
            "innodb_flush_log_at_trx_commit não é 1: "
            "uma queda do servidor pode apagar vendas já confirmadas"
        )
    if variables.get("log_bin") != "ON":
        return
    if variables.get("sync_binlog") != "1":
        yield Finding(
            "sync_binlog não é 1: depois de uma queda, cópias e réplicas podem ficar sem vendas"
        )
    if variables.get("binlog_format", "ROW") != "ROW":
        yield Finding("binlog_format não é ROW: réplicas podem divergir")


def _about_privileges(grants: Sequence[str]) -> Iterator[Finding]:
    for grant in grants:
        found = _GRANT.match(grant)
        if found and found[1] != "USAGE":
            yield Finding(
                "o usuário do banco tem privilégios sobre o servidor inteiro; "
                "dê a ele apenas os do banco da loja"
            )
            return
