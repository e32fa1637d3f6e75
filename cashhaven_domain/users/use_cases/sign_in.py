"""Signing in."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import final

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import DomainError, InvalidInput
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.errors import WrongCredentials
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import (
    Account,
    AccountReader,
    PasswordHasher,
    TokenIssuer,
    UsersUnitOfWork,
)
from cashhaven_domain.users.session import Token
from cashhaven_domain.users.username import Username


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCommand:
    """What someone typed at the door."""

    username: str
    password: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Who came in, and the token that proves it from now on."""

    token: Token
    user_id: UserId
    name: str
    role: str
    administrator: bool
    must_change_password: bool

    @property
    def expires_at(self) -> datetime:
        """When the token runs out."""
        return self.token.expires_at


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Let someone in who knows a user's name and password.

    Whether the name or the password is wrong shows neither in the answer nor in the time it takes.
    """

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    accounts: AccountReader
    passwords: PasswordHasher
    tokens: TokenIssuer

    async def __call__(self, command: SignInCommand) -> Welcome:
        """Return a fresh token.

        Raises:
            WrongCredentials: no such user, or not that password.
            Unavailable: too many are signing in; try again.
        """
        account = await self.accounts.find_account_by_username(_folded(command.username))
        known_hash = None if account is None else account.password_hash
        is_right = await self.passwords.verify(command.password, known_hash)
        if account is None or not is_right:
            raise WrongCredentials()
        if self.passwords.is_outdated(account.password_hash):
            await self._renew_hash(account, command.password)
        return Welcome(
            token=self.tokens.issue(account, self.clock.now()),
            user_id=account.id,
            name=account.name,
            role=account.role,
            administrator=account.administrator,
            must_change_password=account.must_change_password,
        )

    async def _renew_hash(self, account: Account, password: Password) -> None:
        # Signing in succeeded already; a hash that stays old is renewed the next time.
        with suppress(DomainError):
            new = await self.passwords.hash(password)
            async with self.new_uow() as uow:
                await uow.users.renew_hash(account.id, old=account.password_hash, new=new)
                await uow.commit()


def _folded(username: str) -> str:
    """Return the form to look for; nobody has the empty one."""
    try:
        return Username.parse(username, field="usuario").folded
    except InvalidInput:
        return ""
