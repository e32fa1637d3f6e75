"""Questions about accounts, answered from memory."""

from cashhaven_adapters.memory.repositories.users import ENDED_TOKENS, USERS
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.users.errors import UserNotFound
from cashhaven_domain.users.ports import Account, AccountReader, StandingReader
from cashhaven_domain.users.queries import UserQueries, UserView
from cashhaven_domain.users.session import Standing
from cashhaven_domain.users.user import User


class MemoryUserQueries(UserQueries, AccountReader, StandingReader):
    """Reads committed accounts."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def list_page(self, request: PageRequest) -> Page[UserView]:
        """See the port."""
        after = 0 if request.after is None else request.after.id
        users = sorted((u for u in self._present() if u.id > after), key=lambda user: user.id)
        items = tuple(_view_of(user) for user in users[: request.size])
        more = len(users) > len(items)
        return Page(items, Cursor(items[-1].id) if more else None)

    async def get(self, user_id: UserId) -> UserView:
        """See the port."""
        user = self._find(user_id)
        if user is None:
            raise UserNotFound()
        return _view_of(user)

    async def find_account(self, user_id: UserId) -> Account | None:
        """See the port."""
        user = self._find(user_id)
        return None if user is None else _account_of(user)

    async def find_account_by_username(self, folded: str) -> Account | None:
        """See the port."""
        for user in self._present():
            if user.username.folded == folded:
                return _account_of(user)
        return None

    async def has_any_user(self) -> bool:
        """See the port."""
        return bool(self._store.rows(USERS))

    async def find_standing(self, user_id: UserId) -> Standing | None:
        """See the port."""
        user = self._find(user_id)
        if user is None:
            return None
        ended = self._store.rows(ENDED_TOKENS).items()
        return Standing(
            user_id=user.id,
            name=user.name,
            administrator=user.administrator,
            must_change_password=user.must_change_password,
            session_version=user.session_version,
            ended=frozenset(token_id for token_id, ended in ended if ended.user_id == user_id),
        )

    def _present(self) -> list[User]:
        return [user for user in self._store.rows(USERS).values() if user.removed_at is None]

    def _find(self, user_id: UserId) -> User | None:
        user = self._store.rows(USERS).get(user_id)
        return None if user is None or user.removed_at is not None else user


def _view_of(user: User) -> UserView:
    return UserView(
        id=user.id,
        name=user.name,
        username=user.username.typed,
        role=user.role,
        administrator=user.administrator,
        version=user.version,
    )


def _account_of(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        username=user.username.typed,
        role=user.role,
        administrator=user.administrator,
        must_change_password=user.must_change_password,
        session_version=user.session_version,
        password_hash=user.password_hash,
    )
