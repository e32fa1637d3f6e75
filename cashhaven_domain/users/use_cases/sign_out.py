"""Signing out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.events import TokenEnded
from cashhaven_domain.users.ports import SessionDirectory, UsersUnitOfWork
from cashhaven_domain.users.session import CLOCK_TOLERANCE, TokenId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutCommand:
    """The token to end, or with `everywhere` all tokens of its user."""

    token_id: TokenId
    expires_at: datetime
    everywhere: bool = False


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """Leave: the token, or every token of its user, is worthless at once."""

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    sessions: SessionDirectory

    async def __call__(self, actor: Actor, command: SignOutCommand) -> None:
        """End the session.

        Raises:
            UserNotFound: the account was removed meanwhile.
        """
        actor.require(Permission.OWN_ACCOUNT)
        at = self.clock.now()
        try:
            async with self.new_uow() as uow:
                if command.everywhere:
                    user = await uow.users.get_for_update(actor.user_id)
                    user.end_sessions(by=actor.user_id, at=at)
                    await uow.users.save(user)
                else:
                    await uow.ended_tokens.purge(before=at - 2 * CLOCK_TOLERANCE)
                    await uow.ended_tokens.add(
                        command.token_id, user_id=actor.user_id, expires_at=command.expires_at
                    )
                    uow.notices.tell(
                        TokenEnded(
                            occurred_at=at,
                            user_id=actor.user_id,
                            by=actor.user_id,
                            token_id=command.token_id,
                        )
                    )
                await uow.commit()
        finally:
            self.sessions.forget(actor.user_id)
