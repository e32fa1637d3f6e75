"""What the shop set its parameters to; those that nobody set have no row."""

from sqlalchemy import Column, Named, Table, TypedColumns

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Count, Id, Word
from cashhaven_domain.parameters.parameter import TEXT_LENGTH


class _ParameterColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    value: Named[str] = Column(Word(TEXT_LENGTH))
    version: Named[int] = Column(Count())


parameters = Table("parameter", metadata, _ParameterColumns, **STORED)
