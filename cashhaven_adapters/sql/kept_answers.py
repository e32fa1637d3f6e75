"""The answers of operations in SQL, after the day on which they may be asked for again."""

from datetime import datetime

from sqlalchemy import delete, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_domain.shared.ports import KeptAnswers

AT_ONCE = 1_000
"""How many rows one transaction removes: a DELETE of them all would hold locks for too long."""

_claimed_at = idempotency.c.created_at


class SqlKeptAnswers(KeptAnswers):
    """Removes a range of the index over their age at a time.

    Rows of the very same moment go together; no more are of one than one transaction claimed.
    """

    def __init__(self, database: Database, *, at_once: int = AT_ONCE) -> None:
        self._database = database
        self._at_once = at_once

    async def forget(self, *, before: datetime) -> int:
        """See the port."""
        forgotten = 0
        while (upto := await self._end_of_range(before)) is not None:
            # A key that was taken anew in the meantime is young again, and stays.
            old = delete(idempotency).where(_claimed_at <= upto, _claimed_at < before)
            async with self._database.writing() as session:
                forgotten += await session.run(old)
                await session.commit()
        return forgotten

    async def _end_of_range(self, before: datetime) -> datetime | None:
        """Return the moment of the youngest row of the next range; `None` when nothing is old."""
        oldest = (
            select(_claimed_at)
            .where(_claimed_at < before)
            .order_by(_claimed_at)
            .limit(self._at_once)
        )
        async with self._database.reading() as session:
            rows = await session.rows(oldest)
        return rows[-1][0] if rows else None
