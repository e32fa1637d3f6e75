"""Questions about accounts, answered by SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Row, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Question
from cashhaven_adapters.sql.tables.users import users
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.users.errors import UserNotFound
from cashhaven_domain.users.ports import Account, AccountReader, StandingReader
from cashhaven_domain.users.queries import UserQueries, UserView
from cashhaven_domain.users.session import Standing, TokenId

_IS_PRESENT = users.c.removed_at.is_(None)
# Asked every few seconds for each user who is signed in.
_STANDING = (
    "SELECT name, administrator, must_change_password, session_version, ended_token.id"
    " FROM user_account LEFT JOIN ended_token ON ended_token.user_id = user_account.id"
    " WHERE user_account.id = %s AND removed_at IS NULL"
)
_STANDING_KINDS = (str, bool, bool, int, str)


class SqlUserQueries(UserQueries, AccountReader, StandingReader):
    """Reads committed accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_page(self, request: PageRequest) -> Page[UserView]:
        """See the port."""
        wanted = select(users).where(_IS_PRESENT).order_by(users.c.id).limit(request.size + 1)
        if request.after is not None:
            wanted = wanted.where(users.c.id > request.after.id)
        async with self._database.reading() as session:
            rows = await session.rows(wanted)
        items = tuple(_view_of(row) for row in rows[: request.size])
        return Page(items, Cursor(items[-1].id) if len(rows) > len(items) else None)

    async def get(self, user_id: UserId) -> UserView:
        """See the port."""
        row = await self._first(users.c.id == user_id)
        if row is None:
            raise UserNotFound()
        return _view_of(row)

    async def find_account(self, user_id: UserId) -> Account | None:
        """See the port."""
        row = await self._first(users.c.id == user_id)
        return None if row is None else _account_of(row)

    async def find_account_by_username(self, folded: str) -> Account | None:
        """See the port."""
        row = await self._first(users.c.username_folded == folded)
        return None if row is None else _account_of(row)

    async def has_any_user(self) -> bool:
        """See the port."""
        async with self._database.reading() as session:
            return await session.scalar(select(users.c.id).limit(1)) is not None

    async def find_standing(self, user_id: UserId) -> Standing | None:
        """See the port."""
        question = Question("user_account", _STANDING, (user_id,), _STANDING_KINDS)
        async with self._database.reading() as session:
            (rows,) = await session.ask(question)
        if not rows:
            return None
        name, administrator, must_change_password, session_version, _ = rows[0]
        return Standing(
            user_id=user_id,
            name=name,
            administrator=administrator,
            must_change_password=must_change_password,
            session_version=session_version,
            ended=frozenset(TokenId(ended) for *_, ended in rows if ended is not None),
        )

    async def _first(self, condition: ColumnElement[bool]) -> Row[Any] | None:
        async with self._database.reading() as session:
            return await session.first(select(users).where(condition, _IS_PRESENT))


def _view_of(row: Row[Any]) -> UserView:
    return UserView(
        id=UserId(row.id),
        name=row.name,
        username=row.username,
        role=row.role,
        administrator=row.administrator,
        version=row.version,
    )


def _account_of(row: Row[Any]) -> Account:
    return Account(
        id=UserId(row.id),
        name=row.name,
        username=row.username,
        role=row.role,
        administrator=row.administrator,
        must_change_password=row.must_change_password,
        session_version=row.session_version,
        password_hash=row.password_hash,
    )
