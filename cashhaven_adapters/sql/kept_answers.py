"""The answers of operations in SQL, after the day on which they may be asked for again."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_domain.shared.ports import KeptAnswers

AT_ONCE = 1_000
"""How many rows one transaction removes: a DELETE of them all would hold locks for too long."""

_columns = idempotency.c
_WHOSE = tuple_(_columns.principal_id, _columns.operation_key)


class SqlKeptAnswers(KeptAnswers):
    """Rows are found by their age and removed by their keys, some at a time."""

    def __init__(self, database: Database, *, at_once: int = AT_ONCE) -> None:
        self._database = database
        self._at_once = at_once

    async def forget(self, *, before: datetime) -> int:
        """See the port."""
        oldest = (
            select(_columns.principal_id, _columns.operation_key)
            .where(_columns.created_at < before)
            .order_by(_columns.created_at)
            .limit(self._at_once)
        )
        forgotten = 0
        while True:
            async with self._database.reading() as session:
                keys = sorted((row[0], row[1]) for row in await session.rows(oldest))
            if not keys:
                return forgotten
            # A key that was taken anew in the meantime is young again, and stays.
            old = delete(idempotency).where(_WHOSE.in_(keys), _columns.created_at < before)
            async with self._database.writing() as session:
                forgotten += await session.run(old)
                await session.commit()
