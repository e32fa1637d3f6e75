"""Giving places to the rows of the outbox, and forgetting the oldest of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Change, Question
from cashhaven_adapters.sql.stream_head import (
    HEAD,
    ONLY,
    StreamHead,
    begin_stream,
    get_head,
    head_in,
    new_epoch,
)
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.stream.ports import Relay
from cashhaven_domain.stream.position import StreamPosition

PLACES_AT_ONCE = 500
FORGOTTEN_AT_ONCE = 1_000
_ROUNDS = 5

# Between the marks: for MySQL and MariaDB, which else read the table whole when it is small or when
# they know little of it, and wait there for what others have inserted and not committed yet.
_WAITING = (
    "SELECT id FROM outbox /*! FORCE INDEX (uq_outbox_position) */"
    " WHERE position IS NULL ORDER BY id LIMIT %s"
)
_FIRST_WAITING = Question(
    "outbox",
    "SELECT created_at FROM outbox /*! FORCE INDEX (uq_outbox_position) */"
    " WHERE position IS NULL ORDER BY id LIMIT %s",
    (1,),
    (datetime,),
)
_MOVE_HEAD = "UPDATE stream_head SET head = %s WHERE id = %s AND head = %s"
_PLACE = (
    "UPDATE outbox /*! FORCE INDEX (PRIMARY) */ SET position = id + %s WHERE id BETWEEN %s AND %s"
)
_OLDEST = (
    "SELECT position, created_at FROM outbox /*! FORCE INDEX (uq_outbox_position) */"
    " WHERE position > %s ORDER BY position LIMIT %s"
)
# Only this form of DELETE takes the name of an index.
_FORGET = (
    "DELETE /*! outbox */ FROM outbox /*! FORCE INDEX (uq_outbox_position) */"
    " WHERE position > %s AND position <= %s"
)
_RAISE_FLOOR = "UPDATE stream_head SET floor = %s WHERE id = %s AND floor < %s"
_CHANGE_EPOCH = "UPDATE stream_head SET epoch = %s WHERE id = %s"


class SqlRelay(Relay):
    """Looks without a lock, then does everything in one text that holds the head to its COMMIT.

    The text does nothing when the head is not where the look found it. So whoever moves the head
    knows that no place was given since: what waited still waits. And offsets appear in their order,
    since nobody moves the head while another transaction has moved it and not ended.
    """

    def __init__(
        self,
        database: Database,
        *,
        places_at_once: int = PLACES_AT_ONCE,
        forgotten_at_once: int = FORGOTTEN_AT_ONCE,
    ) -> None:
        self._database = database
        self._waiting = Question("outbox", _WAITING, (places_at_once,), (int,))
        self._forgotten_at_once = forgotten_at_once

    async def advance(self) -> int:
        """See the port."""
        for _ in range(_ROUNDS):
            async with self._database.reading() as session:
                # The head first: what is placed in between moves it away from what was read.
                heads, waiting = await session.ask(HEAD, self._waiting)
            head = head_in(heads)
            if not waiting:
                return 0
            if head is None:
                await begin_stream(self._database)
            elif await self._placed(head, [number for (number,) in waiting]):
                return len(waiting)
        return 0

    async def waiting_since(self) -> datetime | None:
        """See the port."""
        async with self._database.reading() as session:
            (rows,) = await session.ask(_FIRST_WAITING)
        return rows[0][0] if rows else None

    async def forget(self, *, before: datetime, keep: int) -> int:
        """See the port."""
        forgotten = 0
        while True:
            head = await get_head(self._database)
            upto = await self._end_of_step(head, before, keep)
            if upto == head.floor:
                return forgotten
            forgotten += await self._forget_up_to(upto, head)

    async def begin_epoch(self) -> StreamPosition:
        """See the port."""
        _ = await get_head(self._database)
        async with self._database.writing() as session:
            session.collect(Change("stream_head", _CHANGE_EPOCH, [(new_epoch(), ONLY)]))
            head = head_in(*await session.ask(HEAD))
            await session.commit()
        assert head is not None
        return head.position

    async def _placed(self, head: StreamHead, numbers: Sequence[int]) -> bool:
        """Give the next places to these rows, unless somebody has given places meanwhile."""
        moved = (head.head + len(numbers), ONLY, head.head)
        try:
            async with self._database.writing() as session:
                session.collect(Change("stream_head", _MOVE_HEAD, [moved], expected=1))
                for place, first, last in _runs(numbers):
                    row = (head.head + 1 + place - first, first, last)
                    count = last - first + 1
                    session.collect(Change("outbox", _PLACE, [row], expected=count))
                await session.commit()
        except StaleAggregate:
            return False
        return True

    async def _end_of_step(self, head: StreamHead, before: datetime, keep: int) -> int:
        """Return the last offset that the next step forgets; the floor when there is none."""
        oldest = (head.floor, self._forgotten_at_once)
        async with self._database.reading() as session:
            (rows,) = await session.ask(Question("outbox", _OLDEST, oldest, (int, datetime)))
        upto = head.floor
        for position, at in rows:
            if at >= before and position > head.head - keep:
                break
            upto = position
        return upto

    async def _forget_up_to(self, upto: int, head: StreamHead) -> int:
        async with self._database.writing() as session:
            # The head's row last: relays wait for whoever holds it.
            gone = await session.tell(Change("outbox", _FORGET, [(head.floor, upto)]))
            session.collect(Change("stream_head", _RAISE_FLOOR, [(upto, ONLY, upto)]))
            await session.commit()
        return gone.count


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches of rising numbers without gaps: where each begins, its first and last."""
    begin = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield begin, numbers[begin], numbers[place - 1]
            begin = place
