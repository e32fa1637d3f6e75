"""Clients. What could be encrypted has room for it, and is looked up by its marks only."""

from datetime import datetime

from sqlalchemy import Column, Index, Named, Table, TypedColumns, UniqueConstraint

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Binary, Count, Flag, Id, Key, Moment, Note, Word
from cashhaven_domain.clients.person import EMAIL_LENGTH, FOLDED_LENGTH
from cashhaven_domain.shared.text import NAME_LENGTH

SEALED_LENGTH = 128
"""Room for a number or a date with a key's id, a nonce and a tag, in base 64."""


class _ClientColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    crypt_id: Named[bytes | None] = Column(Binary(16))
    """Random, of this row alone: it binds what is encrypted to the row. Gone with the person."""
    name: Named[str | None] = Column(Word(NAME_LENGTH))
    name_folded: Named[str | None] = Column(Word(FOLDED_LENGTH))
    cpf: Named[str | None] = Column(Key(SEALED_LENGTH))
    cpf_idx: Named[bytes | None] = Column(Binary(32))
    cpf_last4_idx: Named[bytes | None] = Column(Binary(32))
    phone: Named[str | None] = Column(Key(SEALED_LENGTH))
    phone_idx: Named[bytes | None] = Column(Binary(32))
    phone_last4_idx: Named[bytes | None] = Column(Binary(32))
    email: Named[str | None] = Column(Key(2 * EMAIL_LENGTH))
    birth_date: Named[str | None] = Column(Key(SEALED_LENGTH))
    address: Named[str | None] = Column(Note())
    accepts_marketing: Named[bool] = Column(Flag())
    created_at: Named[datetime] = Column(Moment())
    updated_at: Named[datetime] = Column(Moment())
    anonymised_at: Named[datetime | None] = Column(Moment())
    version: Named[int] = Column(Count())


clients = Table(
    "client",
    metadata,
    _ClientColumns,
    UniqueConstraint("cpf_idx"),
    Index(None, "name_folded"),
    Index(None, "cpf_last4_idx"),
    Index(None, "phone_idx"),
    Index(None, "phone_last4_idx"),
    **STORED,
)
