"""Which version the tables have, and taking them from one to another.

Alembic is loaded only where tables are changed: a server that finds them as they should be does
without its ten megabytes.
"""

from collections.abc import Sequence
from importlib.resources import files

from sqlalchemy import Connection, inspect, text

from cashhaven_adapters.sql.engine import Database

_PACKAGE = "cashhaven_adapters.sql"
_PLACE = f"{_PACKAGE}:migrations"
BASE = "base"
"""The version of a database without tables."""


class SchemaVersions:
    """The version of one database, and of this program."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def present(self) -> str | None:
        """Return the database's version; `None` when it has no tables.

        Raises:
            Unavailable: the database is away.
        """
        async with self._database.reading() as session:
            return await session.call(_version_of)

    def newest(self) -> str:
        """Return the version that this program works with."""
        return self.known()[-1]

    def known(self) -> Sequence[str]:
        """Return all versions, oldest first."""
        steps = (files(_PACKAGE) / "migrations" / "versions").iterdir()
        numbers = (step.name.partition("_")[0] for step in steps if step.name.endswith(".py"))
        return [BASE, *sorted(number for number in numbers if number)]

    async def upgrade(self, to: str = "head") -> None:
        """Bring the tables up to date; after a failure halfway, run it again.

        Raises:
            Unavailable: the database is away.
        """
        await self._run("upgrade", to)

    async def downgrade(self, to: str) -> None:
        """Take the tables back to an older version, with the loss of what it cannot hold.

        Raises:
            Unavailable: the database is away.
        """
        await self._run("downgrade", to)

    async def _run(self, change: str, to: str) -> None:
        from alembic import command
        from alembic.config import Config

        def run(connection: Connection) -> None:
            config = Config()
            config.set_main_option("script_location", _PLACE)
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            getattr(command, change)(config, to)

        await self._database.maintain(run)


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version
