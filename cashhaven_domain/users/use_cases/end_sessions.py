"""Ending someone's sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.ports import SessionDirectory, UsersUnitOfWork


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """Make every token of a user worthless: a telephone was lost, or a password was told."""

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    sessions: SessionDirectory

    async def __call__(self, actor: Actor, user_id: UserId) -> None:
        """End them all.

        Raises:
            AccessDenied: the actor is no administrator.
            UserNotFound: there is no such user.
        """
        actor.require(Permission.MANAGE_USERS)
        try:
            async with self.new_uow() as uow:
                user = await uow.users.get_for_update(user_id)
                user.end_sessions(by=actor.user_id, at=self.clock.now())
                await uow.users.save(user)
                await uow.commit()
        finally:
            self.sessions.forget(user_id)
