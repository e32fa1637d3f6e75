"""Which version the tables have, and taking them from one to another."""

from collections.abc import Callable, Sequence

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from cashhaven_adapters.sql.engine import Database

_PLACE = "cashhaven_adapters.sql:migrations"
BASE = "base"
"""The version of a database without tables."""


class SchemaVersions:
    """The version of one database, and of this program."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._script = ScriptDirectory.from_config(_config())

    async def present(self) -> str | None:
        """Return the database's version; `None` when it has no tables.

        Raises:
            Unavailable: the database is away.
        """
        async with self._database.reading() as session:
            return await session.call(_version_of)

    def newest(self) -> str:
        """Return the version that this program works with."""
        head = self._script.get_current_head()
        assert head is not None
        return head

    def known(self) -> Sequence[str]:
        """Return all versions, oldest first."""
        revisions = [script.revision for script in self._script.walk_revisions()]
        return [BASE, *reversed(revisions)]

    async def upgrade(self, to: str = "head") -> None:
        """Bring the tables up to date; after a failure halfway, run it again.

        Raises:
            Unavailable: the database is away.
        """
        await self._run(lambda config: command.upgrade(config, to))

    async def downgrade(self, to: str) -> None:
        """Take the tables back to an older version, with the loss of what it cannot hold.

        Raises:
            Unavailable: the database is away.
        """
        await self._run(lambda config: command.downgrade(config, to))

    async def _run(self, step: Callable[[Config], None]) -> None:
        def run(connection: Connection) -> None:
            step(_config(connection))

        await self._database.maintain(run)


def _version_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _PLACE)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
