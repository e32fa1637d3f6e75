"""Numbers from SQL, reserved in blocks."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_domain.shared.errors import Conflict
from cashhaven_domain.shared.ports import NumberSequence

BLOCK = 100

_columns = number_sequence.c
_NAMED = _columns.name == bindparam("of_name")


class _SomeoneBeganIt(Conflict):
    """Another process made the sequence's row at the same moment."""


class SqlNumbers(NumberSequence):
    """Takes a block of numbers from the database at a time and gives them out one by one.

    A process that ends leaves the rest of its block unused. The block is shared by all tasks of the
    process: there is one object for each sequence.
    """

    def __init__(self, database: Database, name: str, *, block: int = BLOCK) -> None:
        assert block > 0
        self._database = database
        self._name = name
        self._block = block
        self._reserved: list[int] = []
        self._refill = asyncio.Lock()

    async def take(self, count: int = 1) -> Sequence[int]:
        """See the port."""
        assert count > 0
        if len(self._reserved) < count:
            async with self._refill:
                # Takers of fewer numbers do not stop here: what is left changes meanwhile.
                while (missing := count - len(self._reserved)) > 0:
                    fresh = await self._reserve(max(missing, self._block))
                    self._reserved = [*self._reserved, *fresh]
                return self._cut(count)
        return self._cut(count)

    def _cut(self, count: int) -> Sequence[int]:
        taken, self._reserved = self._reserved[:count], self._reserved[count:]
        return taken

    async def _reserve(self, count: int) -> Sequence[int]:
        async with self._database.writing() as session:
            while not await self._moved(session, count):
                try:
                    _ = await session.run(
                        insert(number_sequence),
                        {"name": self._name, "next_number": 1},
                        refusals={"pk_number_sequence": _SomeoneBeganIt},
                    )
                except _SomeoneBeganIt:
                    continue
            end = await session.scalar(
                select(_columns.next_number).where(_NAMED), {"of_name": self._name}
            )
            assert end is not None
            await session.commit()
        return range(end - count, end)

    async def _moved(self, session: SqlSession, count: int) -> bool:
        changed = await session.run(
            update(number_sequence)
            .where(_NAMED)
            .values(next_number=_columns.next_number + bindparam("by")),
            {"of_name": self._name, "by": count},
        )
        return changed == 1
