"""Setting a password from the server itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.errors import UserNotFound
from cashhaven_domain.users.new_password import hash_new_password
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import (
    AccountReader,
    CommonPasswords,
    PasswordHasher,
    SessionDirectory,
    UsersUnitOfWork,
)
from cashhaven_domain.users.user import AccountChange
from cashhaven_domain.users.username import Username


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPasswordCommand:
    """Whose password, by user name, and the new one."""

    username: str
    password: Password
    one_time_password: bool = False


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword:
    """Give a user who forgot the password another one; the old one is not asked for."""

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    accounts: AccountReader
    passwords: PasswordHasher
    common_passwords: CommonPasswords
    rules: ShopRulesReader
    sessions: SessionDirectory

    async def __call__(self, actor: Actor, command: SetPasswordCommand) -> None:
        """Set it; all sessions of the user end.

        Raises:
            AccessDenied: the actor is no administrator.
            UserNotFound: nobody has this user name.
            WeakPassword: the new password would be guessed.
        """
        actor.require(Permission.MANAGE_USERS)
        username = Username.parse(command.username, field="usuario")
        account = await self.accounts.find_account_by_username(username.folded)
        if account is None:
            raise UserNotFound()
        change = AccountChange(
            password_hash=await hash_new_password(
                command.password,
                administrator=account.administrator,
                about=(account.name, account.username),
                rules=self.rules,
                common=self.common_passwords,
                hasher=self.passwords,
            ),
            one_time_password=command.one_time_password,
        )
        try:
            async with self.new_uow() as uow:
                user = await uow.users.get_for_update(account.id)
                user.change(change, other_administrators=0, by=actor.user_id, at=self.clock.now())
                await uow.users.save(user)
                await uow.commit()
        finally:
            self.sessions.forget(account.id)
