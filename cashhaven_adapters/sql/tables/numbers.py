"""The next number of each sequence."""

from sqlalchemy import Column, Named, Table, TypedColumns

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Id, Key


class _SequenceColumns(TypedColumns):
    name: Named[str] = Column(Key(64), primary_key=True)
    next_number: Named[int] = Column(Id())


number_sequence = Table("number_sequence", metadata, _SequenceColumns, **STORED)
