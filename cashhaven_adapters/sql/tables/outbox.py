"""What happened, written with what it happened to; a relay gives it its place in the stream."""

from datetime import datetime

from sqlalchemy import Column, Named, Table, TypedColumns, UniqueConstraint

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import AutoId, Binary, Id, Key, Moment, Note


class _OutboxColumns(TypedColumns):
    id: Named[int] = Column(AutoId(), primary_key=True)
    event_id: Named[bytes] = Column(Binary(16))
    topic: Named[str] = Column(Key(64))
    kind: Named[str] = Column(Key(64))
    aggregate_id: Named[int] = Column(Id())
    payload: Named[str] = Column(Note())
    created_at: Named[datetime] = Column(Moment())
    position: Named[int | None] = Column(Id())
    """The offset in the stream; none before the relay has seen it."""


outbox = Table(
    "outbox",
    metadata,
    _OutboxColumns,
    UniqueConstraint("event_id"),
    UniqueConstraint("position"),
    sqlite_autoincrement=True,
    **STORED,
)
