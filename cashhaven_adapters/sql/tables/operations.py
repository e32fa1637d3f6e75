"""Which operations were done, and what was answered."""

from datetime import datetime

from sqlalchemy import Column, Index, Named, Table, TypedColumns

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Binary, Id, Key, Moment, Note


class _OperationColumns(TypedColumns):
    principal_id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    operation_key: Named[str] = Column(Key(255), primary_key=True)
    operation: Named[str] = Column(Key(64))
    fingerprint: Named[bytes] = Column(Binary(32))
    outcome: Named[str | None] = Column(Key(16))
    result: Named[str | None] = Column(Note())
    resource_id: Named[int | None] = Column(Id())
    created_at: Named[datetime] = Column(Moment())


idempotency = Table("idempotency", metadata, _OperationColumns, Index(None, "created_at"), **STORED)
