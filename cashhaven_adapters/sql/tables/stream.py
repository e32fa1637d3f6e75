"""How far the stream has come; its only row is what relays take turns by."""

from sqlalchemy import Column, Named, Table, TypedColumns

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Binary, Count, Id


class _HeadColumns(TypedColumns):
    id: Named[int] = Column(Count(), primary_key=True, autoincrement=False)
    epoch: Named[bytes] = Column(Binary(16))
    head: Named[int] = Column(Id())
    """The last offset that was given."""
    floor: Named[int] = Column(Id())
    """Events up to this offset are forgotten."""


stream_head = Table("stream_head", metadata, _HeadColumns, **STORED)
