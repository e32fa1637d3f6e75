"""Opening accounts."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.errors import NotSignedIn
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.text import clean
from cashhaven_domain.users.errors import SetupCodeRequired
from cashhaven_domain.users.new_password import hash_new_password
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import (
    AccountReader,
    CommonPasswords,
    PasswordHasher,
    UsersUnitOfWork,
)
from cashhaven_domain.users.user import ROLE_LENGTH, User
from cashhaven_domain.users.username import Username

NOBODY = UserId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUserCommand:
    """The new account; `setup_code` is what a stranger who opens the first one has to show."""

    name: str
    username: str
    password: Password
    role: str
    administrator: bool = False
    one_time_password: bool = False
    setup_code: str | None = field(default=None, repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUser:
    """Give someone an account.

    The shop's first user becomes administrator, and may be registered by a stranger.
    """

    new_uow: Callable[[], UsersUnitOfWork]
    numbers: NumberSequence
    clock: Clock
    accounts: AccountReader
    passwords: PasswordHasher
    common_passwords: CommonPasswords
    rules: ShopRulesReader
    setup_code: str | None = field(repr=False)
    """What a stranger has to show; `None` when nothing needs to be shown."""

    async def __call__(self, actor: Actor | None, command: RegisterUserCommand) -> UserId:
        """Open the account and return its id.

        Raises:
            NotSignedIn: a stranger asks, and there are users already.
            SetupCodeRequired: a stranger asks without the setup code.
            AccessDenied: the actor is no administrator.
            InvalidInput: a name cannot be.
            WeakPassword: the password would be guessed.
            UsernameTaken: another user has this name.
        """
        if actor is None:
            await self._admit_stranger(command.setup_code)
        else:
            actor.require(Permission.MANAGE_USERS)
        username = Username.parse(command.username, field="nome_usuario")
        name = clean(command.name, field="nome")
        role = clean(command.role, field="cargo", limit=ROLE_LENGTH)
        password_hash = await hash_new_password(
            command.password,
            administrator=command.administrator or actor is None,
            about=(name, username.typed),
            rules=self.rules,
            common=self.common_passwords,
            hasher=self.passwords,
        )
        (number,) = await self.numbers.take()
        async with self.new_uow() as uow:
            is_first = await uow.users.claim_first_place()
            if actor is None and not is_first:
                raise NotSignedIn("Entre no sistema para continuar")
            user = User.register(
                id=UserId(number),
                name=name,
                username=username,
                role=role,
                administrator=command.administrator or is_first,
                password_hash=password_hash,
                one_time_password=command.one_time_password,
                by=NOBODY if actor is None else actor.user_id,
                at=self.clock.now(),
            )
            await uow.users.add(user)
            await uow.commit()
        return user.id

    async def _admit_stranger(self, code: str | None) -> None:
        if await self.accounts.has_any_user():
            raise NotSignedIn("Entre no sistema para continuar")
        if self.setup_code is not None and not hmac.compare_digest(
            self.setup_code.encode(), (code or "").encode()
        ):
            raise SetupCodeRequired()
