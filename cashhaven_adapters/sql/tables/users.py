"""Accounts, and the tokens that were ended before their time."""

from datetime import datetime

from sqlalchemy import Column, Index, Named, Table, TypedColumns, UniqueConstraint

from cashhaven_adapters.sql.tables.metadata import STORED, metadata
from cashhaven_adapters.sql.types import Count, Flag, Id, Key, Moment, Word
from cashhaven_domain.shared.text import NAME_LENGTH
from cashhaven_domain.users.user import ROLE_LENGTH
from cashhaven_domain.users.username import USERNAME_LENGTH


class _UserColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    name: Named[str] = Column(Word(NAME_LENGTH))
    username: Named[str] = Column(Word(USERNAME_LENGTH))
    username_folded: Named[str | None] = Column(Word(USERNAME_LENGTH))
    """NULL once the account is removed: its name is free again."""
    role: Named[str] = Column(Word(ROLE_LENGTH))
    administrator: Named[bool] = Column(Flag())
    password_hash: Named[str] = Column(Key(255))
    must_change_password: Named[bool] = Column(Flag())
    session_version: Named[int] = Column(Count())
    removed_at: Named[datetime | None] = Column(Moment())
    version: Named[int] = Column(Count())


users = Table("user_account", metadata, _UserColumns, UniqueConstraint("username_folded"), **STORED)


class _GuardColumns(TypedColumns):
    id: Named[int] = Column(Id(), primary_key=True, autoincrement=False)
    uses: Named[int] = Column(Id())


user_guard = Table("user_guard", metadata, _GuardColumns, **STORED)
"""One row, held by whoever decides about all users: the first one, the last administrator.

It is written, not only locked, so that clusters with several writers see the conflict too.
"""


class _EndedTokenColumns(TypedColumns):
    id: Named[str] = Column(Key(64), primary_key=True)
    user_id: Named[int] = Column(Id())
    expires_at: Named[datetime] = Column(Moment())


ended_tokens = Table(
    "ended_token",
    metadata,
    _EndedTokenColumns,
    Index(None, "user_id"),
    Index(None, "expires_at"),
    **STORED,
)
