"""Numbers from SQL, reserved in blocks."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Change, Insert, Into
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_domain.shared.errors import Conflict
from cashhaven_domain.shared.ports import NumberSequence

BLOCK = 100
SHORT_SECONDS = 1.0
"""A block that was used up sooner was too small."""
LONG_SECONDS = 10.0

_columns = number_sequence.c
_NAMED = _columns.name == bindparam("of_name")
_MOVE = "UPDATE number_sequence SET next_number = next_number + %s WHERE name = %s"
# One round trip: the server tells the number with the answer. Outside a transaction it is durable
# at once; when the answer is lost, so are the numbers, which nobody will miss.
_MOVE_AND_TELL = (
    "UPDATE number_sequence SET next_number = LAST_INSERT_ID(next_number + %s) WHERE name = %s"
)
_SEQUENCES = Into(number_sequence, "name", "next_number")


class _SomeoneBeganIt(Conflict):
    """Another process made the sequence's row at the same moment."""


class SqlNumbers(NumberSequence):
    """Takes a block of numbers from the database at a time and gives them out one by one.

    A process that ends leaves the rest of its block unused. The block is shared by all tasks of the
    process: there is one object for each sequence. Blocks grow to the largest while they are used
    up quickly, and shrink again when they last.
    """

    def __init__(
        self, database: Database, name: str, *, block: int = BLOCK, largest: int = 0
    ) -> None:
        assert block > 0
        self._database = database
        self._name = name
        self._smallest = self._block = block
        self._largest = max(block, largest)
        self._reserved: deque[int] = deque()
        self._reserved_at = 0.0
        self._refill = asyncio.Lock()

    async def take(self, count: int = 1) -> Sequence[int]:
        """See the port."""
        assert count > 0
        if len(self._reserved) < count:
            async with self._refill:
                # Takers of fewer numbers do not stop here: what is left changes meanwhile.
                while (missing := count - len(self._reserved)) > 0:
                    self._choose_block()
                    self._reserved.extend(await self._reserve(max(missing, self._block)))
                return self._cut(count)
        return self._cut(count)

    def _cut(self, count: int) -> Sequence[int]:
        return [self._reserved.popleft() for _ in range(count)]

    def _choose_block(self) -> None:
        now = time.monotonic()
        lasted, self._reserved_at = now - self._reserved_at, now
        if lasted < SHORT_SECONDS:
            self._block = min(2 * self._block, self._largest)
        elif lasted > LONG_SECONDS:
            self._block = self._smallest

    async def _reserve(self, count: int) -> Sequence[int]:
        end = None
        while end is None:
            if self._database.dialect.one_writer:
                end = await self._moved(count)
            else:
                end = await self._moved_and_told(count)
            if end is None:
                await self._begin()
        return range(end - count, end)

    async def _moved_and_told(self, count: int) -> int | None:
        async with self._database.reading() as session:
            change = Change("number_sequence", _MOVE_AND_TELL, [(count, self._name)])
            outcome = await session.tell(change)
        return outcome.number if outcome.count else None

    async def _moved(self, count: int) -> int | None:
        async with self._database.writing() as session:
            session.collect(Change("number_sequence", _MOVE, [(count, self._name)]))
            end = await session.scalar(
                select(_columns.next_number).where(_NAMED), {"of_name": self._name}
            )
            await session.commit()
        return end

    async def _begin(self) -> None:
        async with self._database.writing() as session:
            try:
                await self._insert(session)
            except _SomeoneBeganIt:
                return
            await session.commit()

    async def _insert(self, session: SqlSession) -> None:
        row = Insert(_SEQUENCES, [(self._name, 1)], {"pk_number_sequence": _SomeoneBeganIt})
        _ = await session.tell(row)
