"""What accounts need from the outside."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.ports import Notices, UnitOfWork
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.session import Claims, Standing, Token, TokenId
from cashhaven_domain.users.user import User


class PasswordHasher(Protocol):
    """Keeps passwords so that they can be checked and not be read."""

    async def hash(self, password: Password) -> str:
        """Return a fresh hash of the password; two of the same password differ.

        Raises:
            Unavailable: too many are waiting already.
        """
        ...

    async def verify(self, password: Password, hashed: str | None) -> bool:
        """Whether the hash is of this password.

        Without a hash the answer is no, after the same time as if there were one. A hash that
        cannot be read is of no password.

        Raises:
            Unavailable: too many are waiting already.
        """
        ...

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made in another way than `hash` makes them now."""
        ...


class CommonPasswords(Protocol):
    """Knows the passwords that attackers try first."""

    def hold(self, password: str) -> bool:
        """Whether this is one of them; the case of letters does not matter."""
        ...


class TokenIssuer(Protocol):
    """Makes tokens."""

    def issue(self, user: "Account", at: datetime) -> Token:
        """Return a token of this user that no other equals, good for `SESSION_LENGTH` from `at`."""
        ...


class TokenVerifier(Protocol):
    """Knows the tokens that were made by us."""

    def read(self, text: str, at: datetime) -> Claims:
        """Return what the token says; whether its session still stands is asked elsewhere.

        Raises:
            InvalidToken: it was not made by us, was altered, or does not hold at this moment.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user as signing in needs it."""

    id: UserId
    name: str
    username: str
    role: str
    administrator: bool
    must_change_password: bool
    session_version: int
    password_hash: str = field(repr=False)


class AccountReader(Protocol):
    """Reads accounts as they are stored now. Removed ones are not there."""

    async def find_account(self, user_id: UserId) -> Account | None:
        """Return the account with this id.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def find_account_by_username(self, folded: str) -> Account | None:
        """Return the account whose user name has this folded form.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def has_any_user(self) -> bool:
        """Whether there ever was a user.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class StandingReader(Protocol):
    """Reads what is stored about a user's sessions."""

    async def find_standing(self, user_id: UserId) -> Standing | None:
        """Return it as it is stored now; `None` when there is no such user, or no longer.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class SessionDirectory(Protocol):
    """Remembers for a moment what is stored about sessions: every request asks for it."""

    async def look_up(self, user_id: UserId) -> Standing | None:
        """Return what was stored five seconds ago or later.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    def forget(self, user_id: UserId) -> None:
        """Let the next look-up in this process see what is stored by now."""
        ...


class UserRepository(Protocol):
    """Keeps accounts; part of the transaction."""

    async def claim_first_place(self) -> bool:
        """Whether no user was ever added before; of many transactions at once, one gets a yes.

        Call it first in a transaction. Others that ask wait until this transaction ends.
        """
        ...

    async def count_administrators_for_update(self, *, besides: UserId) -> int:
        """Return how many other administrators there are; nobody changes that before the end.

        Call it first in a transaction that may leave one fewer.
        """
        ...

    async def get_for_update(self, user_id: UserId) -> User:
        """Return the user, whom nobody else changes before the transaction ends.

        Raises:
            UserNotFound: there is none, or no longer.
        """
        ...

    async def add(self, user: User) -> None:
        """Keep a new user.

        Raises:
            UsernameTaken: another user's name has the same folded form.
        """
        ...

    async def save(self, user: User) -> None:
        """Keep the changed user and raise the version by one.

        Raises:
            StaleAggregate: it was changed since it was read.
            UsernameTaken: another user's name has the same folded form.
        """
        ...

    async def renew_hash(self, user_id: UserId, *, old: str, new: str) -> None:
        """Put another hash of the same password in the place of the old one, if it is still there.

        The user's version stays: nothing changed that anyone could see.
        """
        ...


class EndedTokens(Protocol):
    """Keeps which tokens were ended before their time; part of the transaction."""

    async def add(self, token_id: TokenId, *, user_id: UserId, expires_at: datetime) -> None:
        """Note that the token is worthless from now on; a second time changes nothing."""
        ...

    async def purge(self, *, before: datetime) -> None:
        """Forget the tokens that had run out before that moment anyway."""
        ...


class UsersUnitOfWork(UnitOfWork, Protocol):
    """A transaction that changes accounts."""

    users: UserRepository
    ended_tokens: EndedTokens
    notices: Notices
