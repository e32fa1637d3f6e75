"""The stream of events in SQL: the rows of the outbox that have a place."""

from collections.abc import Sequence
from datetime import datetime

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Question, Record, listing
from cashhaven_adapters.sql.stream_head import HEAD, get_head, head_in
from cashhaven_domain.stream.ports import EventStream
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent, Stretch

# Between the marks: for MySQL and MariaDB, which else read the whole table for some hundred rows.
_AFTER = (
    "SELECT position, event_id, topic, kind, aggregate_id, payload, created_at"
    " FROM outbox /*! FORCE INDEX (uq_outbox_position) */ WHERE position > %s"
)
_UP_TO = " AND position <= %s"
_OF_TOPICS = " AND topic IN (...)"
_IN_ORDER = " ORDER BY position LIMIT %s"
_KINDS = (int, bytes, str, str, int, str, datetime)


class SqlEventStream(EventStream):
    """Reads by the index over the places; an offset is seen when all smaller ones are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self) -> StreamPosition:
        """See the port."""
        return (await get_head(self._database)).position

    async def next_after(self, after: int, *, limit: int) -> Stretch:
        """See the port."""
        question = Question("outbox", _AFTER + _IN_ORDER, (after, limit), _KINDS)
        async with self._database.reading() as session:
            heads, rows = await session.ask(HEAD, question)
        head = head_in(heads)
        if head is None:
            return Stretch((await get_head(self._database)).position, ())
        # Of those that had no place yet when the head was read the next call tells.
        return Stretch(head.position, [_event_of(row) for row in rows if row[0] <= head.head])

    async def floor(self) -> int:
        """See the port."""
        async with self._database.reading() as session:
            head = head_in(*await session.ask(HEAD))
        return 0 if head is None else head.floor

    async def read(
        self, after: int, *, up_to: int | None = None, topics: Sequence[str] = (), limit: int
    ) -> Sequence[StoredEvent]:
        """See the port."""
        assert limit > 0
        text, values = _AFTER, [after, *topics, limit]
        if up_to is not None:
            text += _UP_TO
            values.insert(1, up_to)
        if topics:
            text += listing(_OF_TOPICS, topics)
        async with self._database.reading() as session:
            (rows,) = await session.ask(Question("outbox", text + _IN_ORDER, values, _KINDS))
        return list(map(_event_of, rows))


def _event_of(row: Record) -> StoredEvent:
    offset, event_id, topic, name, aggregate_id, payload, at = row
    return StoredEvent(
        offset=offset,
        event_id=event_id.hex(),
        topic=topic,
        name=name,
        aggregate_id=aggregate_id,
        payload=payload,
        at=at,
    )
