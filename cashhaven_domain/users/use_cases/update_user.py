"""Changing accounts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, Permission, UserId
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged, changed
from cashhaven_domain.shared.errors import InvalidInput, StaleAggregate
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.shared.text import NAME_LENGTH, clean
from cashhaven_domain.users.errors import UserNotFound, WeakPassword, WrongPassword
from cashhaven_domain.users.new_password import hash_new_password
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import (
    Account,
    AccountReader,
    CommonPasswords,
    PasswordHasher,
    SessionDirectory,
    UsersUnitOfWork,
)
from cashhaven_domain.users.user import ROLE_LENGTH, AccountChange
from cashhaven_domain.users.username import Username


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateUserCommand:
    """What shall be different; `version` is the state it was based on.

    A user's own new password needs the present one. A one-time password is for someone else, who
    must replace it before doing anything.
    """

    user_id: UserId
    name: str | Unchanged = UNCHANGED
    username: str | Unchanged = UNCHANGED
    role: str | Unchanged = UNCHANGED
    administrator: bool | Unchanged = UNCHANGED
    password: Password | Unchanged = UNCHANGED
    present_password: Password | None = field(default=None, repr=False)
    one_time_password: bool = False
    version: int | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateUser:
    """Change an account: one's own name and password, or as an administrator anything of anyone."""

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    accounts: AccountReader
    passwords: PasswordHasher
    common_passwords: CommonPasswords
    rules: ShopRulesReader
    sessions: SessionDirectory

    async def __call__(self, actor: Actor, command: UpdateUserCommand) -> None:
        """Change it; rights count from the next request, and a new password ends all sessions.

        Raises:
            AccessDenied: the actor may not change that.
            PasswordChangeRequired: the actor must set another password first.
            UserNotFound: there is no such user.
            InvalidInput: a name cannot be, or the fields contradict each other.
            WrongPassword: the present password is not right.
            WeakPassword: the new password would be guessed.
            UsernameTaken: another user has this name.
            LastAdministrator: nobody else would be administrator.
            StaleAggregate: someone was faster.
        """
        _check_access(actor, command)
        account = await self._account_for_new_password(actor, command)
        change = await self._change(account, command)
        try:
            async with self.new_uow() as uow:
                others = 0
                if command.administrator is False:
                    others = await uow.users.count_administrators_for_update(
                        besides=command.user_id
                    )
                user = await uow.users.get_for_update(command.user_id)
                user.expect_version(command.version)
                if account is not None and account.password_hash != user.password_hash:
                    raise StaleAggregate()
                user.change(
                    change, other_administrators=others, by=actor.user_id, at=self.clock.now()
                )
                await uow.users.save(user)
                await uow.commit()
        finally:
            self.sessions.forget(command.user_id)

    async def _account_for_new_password(
        self, actor: Actor, command: UpdateUserCommand
    ) -> Account | None:
        """Return the account that the actor may give the new password to; `None` without one."""
        if isinstance(command.password, Unchanged):
            return None
        account = await self.accounts.find_account(command.user_id)
        if account is None:
            raise UserNotFound()
        if command.user_id == actor.user_id:
            if command.present_password is None:
                raise InvalidInput("senha_atual: é obrigatória para trocar a própria senha")
            if not await self.passwords.verify(command.present_password, account.password_hash):
                raise WrongPassword()
            if command.password == command.present_password:
                raise WeakPassword("senha: deve ser diferente da atual")
        return account

    async def _change(self, account: Account | None, command: UpdateUserCommand) -> AccountChange:
        username: Username | Unchanged = UNCHANGED
        if not isinstance(command.username, Unchanged):
            username = Username.parse(command.username, field="user")
        name = _cleaned(command.name, field="nome", limit=NAME_LENGTH)
        password_hash: str | Unchanged = UNCHANGED
        if account is not None and not isinstance(command.password, Unchanged):
            password_hash = await hash_new_password(
                command.password,
                administrator=changed(command.administrator, account.administrator),
                about=(changed(name, account.name), str(changed(username, account.username))),
                rules=self.rules,
                common=self.common_passwords,
                hasher=self.passwords,
            )
        return AccountChange(
            name=name,
            username=username,
            role=_cleaned(command.role, field="cargo", limit=ROLE_LENGTH),
            administrator=command.administrator,
            password_hash=password_hash,
            one_time_password=command.one_time_password,
        )


def _check_access(actor: Actor, command: UpdateUserCommand) -> None:
    sets_password = command.password is not UNCHANGED
    is_own = command.user_id == actor.user_id
    goes_beyond = command.one_time_password or any(
        item is not UNCHANGED for item in (command.username, command.role, command.administrator)
    )
    actor.require(Permission.OWN_ACCOUNT if is_own and not goes_beyond else Permission.MANAGE_USERS)
    if actor.must_change_password and not sets_password:
        raise PasswordChangeRequired()
    if command.one_time_password and not sets_password:
        raise InvalidInput("provisoria: só vale junto com uma nova senha")
    if command.one_time_password and is_own:
        raise InvalidInput("provisoria: não vale para a própria senha")


def _cleaned(text: str | Unchanged, *, field: str, limit: int) -> str | Unchanged:
    return text if isinstance(text, Unchanged) else clean(text, field=field, limit=limit)
