"""Whether the database can be worked with."""

import asyncio
import time
from dataclasses import dataclass

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_domain.shared.errors import Unavailable

SECONDS_TO_ANSWER = 1.0


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What came of asking."""

    answers: bool
    tables_fit: bool
    """Whether the tables have the version that this program works with."""
    seconds: float

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served."""
        return self.answers and self.tables_fit


class SqlHealth:
    """Asks the database one small question."""

    def __init__(self, database: Database) -> None:
        self._versions = SchemaVersions(database)
        self._newest = self._versions.newest()

    async def check(self) -> DatabaseHealth:
        """Ask now; never raises, never takes much longer than a second."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                version = await self._versions.present()
        except (TimeoutError, Unavailable, StorageDefectError):
            return DatabaseHealth(False, False, time.monotonic() - began)
        return DatabaseHealth(True, version == self._newest, time.monotonic() - began)
