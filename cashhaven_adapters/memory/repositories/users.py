"""Accounts in memory."""

from dataclasses import dataclass, replace
from datetime import datetime

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table, Unique
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.errors import UsernameTaken, UserNotFound
from cashhaven_domain.users.ports import EndedTokens, UserRepository
from cashhaven_domain.users.session import TokenId
from cashhaven_domain.users.user import User

USERS = Table[UserId, User](
    "user_account",
    unique=(
        Unique(
            "username",
            lambda user: user.username.folded if user.removed_at is None else None,
            lambda user: UsernameTaken(),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class EndedToken:
    """A token that counts no more, whose it was, and when it would have run out."""

    user_id: UserId
    expires_at: datetime


ENDED_TOKENS = Table[TokenId, EndedToken]("ended_token")


class MemoryUsers(UserRepository):
    """The accounts that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._users = staging.table(USERS)

    async def claim_first_place(self) -> bool:
        """See the port."""
        await self._users.lock("everyone", of="guard")
        return not self._users.all()

    async def count_administrators_for_update(self, *, besides: UserId) -> int:
        """See the port."""
        await self._users.lock("everyone", of="guard")
        return sum(
            user.administrator and user.removed_at is None and user.id != besides
            for user in self._users.all().values()
        )

    async def get_for_update(self, user_id: UserId) -> User:
        """See the port."""
        user = await self._users.find_for_update(user_id)
        if user is None or user.removed_at is not None:
            raise UserNotFound()
        return user

    async def add(self, user: User) -> None:
        """See the port."""
        await self._users.add(user.id, user)

    async def save(self, user: User) -> None:
        """See the port."""
        await self._users.save(user.id, user)

    async def renew_hash(self, user_id: UserId, *, old: str, new: str) -> None:
        """See the port."""
        user = await self._users.find_for_update(user_id)
        if user is not None and user.password_hash == old:
            await self._users.put(user_id, replace(user, password_hash=new))


class MemoryEndedTokens(EndedTokens):
    """The ended tokens that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._tokens = staging.table(ENDED_TOKENS)

    async def add(self, token_id: TokenId, *, user_id: UserId, expires_at: datetime) -> None:
        """See the port."""
        await self._tokens.put(token_id, EndedToken(user_id, expires_at))

    async def purge(self, *, before: datetime) -> None:
        """See the port."""
        for token_id, token in self._tokens.all().items():
            if token.expires_at < before:
                await self._tokens.remove(token_id)
