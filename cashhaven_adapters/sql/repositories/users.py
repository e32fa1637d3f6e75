"""Accounts in SQL."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.users import ended_tokens, user_guard, users
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import DomainError, StaleAggregate, StorageConflict
from cashhaven_domain.users.errors import UsernameTaken, UserNotFound
from cashhaven_domain.users.ports import EndedTokens, UserRepository
from cashhaven_domain.users.session import TokenId
from cashhaven_domain.users.user import User
from cashhaven_domain.users.username import Username

_REFUSALS: Mapping[str, Callable[[], DomainError]] = {
    "uq_user_account_username_folded": UsernameTaken
}
_GUARD = 1


class SqlUsers(UserRepository):
    """The accounts that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def claim_first_place(self) -> bool:
        """See the port."""
        await self._take_guard()
        return await self._session.scalar(select(users.c.id).limit(1)) is None

    async def count_administrators_for_update(self, *, besides: UserId) -> int:
        """See the port."""
        await self._take_guard()
        count = await self._session.scalar(
            select(func.count())
            .select_from(users)
            .where(
                users.c.administrator.is_(True),
                users.c.removed_at.is_(None),
                users.c.id != besides,
            )
        )
        return count or 0

    async def get_for_update(self, user_id: UserId) -> User:
        """See the port."""
        row = await self._session.first(
            select(users)
            .where(users.c.id == user_id, users.c.removed_at.is_(None))
            .with_for_update()
        )
        if row is None:
            raise UserNotFound()
        return user_of(row)

    async def add(self, user: User) -> None:
        """See the port."""
        _ = await self._session.run(insert(users), row_of(user), refusals=_REFUSALS)
        self._session.events += user.take_events()

    async def save(self, user: User) -> None:
        """See the port."""
        changed = await self._session.run(
            update(users)
            .where(users.c.id == user.id, users.c.version == user.version)
            .values(**row_of(user) | {"version": user.version + 1}),
            refusals=_REFUSALS,
        )
        if changed != 1:
            raise StaleAggregate()
        user.version += 1
        self._session.events += user.take_events()

    async def renew_hash(self, user_id: UserId, *, old: str, new: str) -> None:
        """See the port."""
        _ = await self._session.run(
            update(users)
            .where(users.c.id == user_id, users.c.password_hash == old)
            .values(password_hash=new)
        )

    async def _take_guard(self) -> None:
        """Be the only transaction that decides about all users, until it ends."""
        taken = await self._session.run(
            update(user_guard).where(user_guard.c.id == _GUARD).values(uses=user_guard.c.uses + 1)
        )
        if not taken:
            # The row is made once in a database's life; of those that try at once, one makes it.
            _ = await self._session.run(
                insert(user_guard),
                {"id": _GUARD, "uses": 1},
                refusals={"pk_user_guard": StorageConflict},
            )


class SqlEndedTokens(EndedTokens):
    """The ended tokens that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def add(self, token_id: TokenId, *, user_id: UserId, expires_at: datetime) -> None:
        """See the port."""
        renewed = await self._session.run(
            update(ended_tokens).where(ended_tokens.c.id == token_id).values(expires_at=expires_at)
        )
        if not renewed:
            _ = await self._session.run(
                insert(ended_tokens),
                {"id": token_id, "user_id": user_id, "expires_at": expires_at},
                refusals={"pk_ended_token": StorageConflict},
            )

    async def purge(self, *, before: datetime) -> None:
        """See the port."""
        _ = await self._session.run(delete(ended_tokens).where(ended_tokens.c.expires_at < before))


def row_of(user: User) -> dict[str, Any]:
    """Return the user as a row."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username.typed,
        "username_folded": user.username.folded if user.removed_at is None else None,
        "role": user.role,
        "administrator": user.administrator,
        "password_hash": user.password_hash,
        "must_change_password": user.must_change_password,
        "session_version": user.session_version,
        "removed_at": user.removed_at,
        "version": user.version,
    }


def user_of(row: Row[Any]) -> User:
    """Return the row as a user."""
    return User(
        id=UserId(row.id),
        name=row.name,
        username=Username(row.username),
        role=row.role,
        administrator=row.administrator,
        password_hash=row.password_hash,
        must_change_password=row.must_change_password,
        session_version=row.session_version,
        removed_at=row.removed_at,
        version=row.version,
    )
