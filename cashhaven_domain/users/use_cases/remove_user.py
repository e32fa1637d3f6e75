"""Closing accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.ports import SessionDirectory, UsersUnitOfWork


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveUser:
    """Close an account; history keeps who did what."""

    new_uow: Callable[[], UsersUnitOfWork]
    clock: Clock
    sessions: SessionDirectory

    async def __call__(self, actor: Actor, user_id: UserId) -> None:
        """Close it at once, with all its sessions.

        Raises:
            AccessDenied: the actor is no administrator.
            UserNotFound: there is no such user.
            OwnAccountRemoval: it is the actor's own.
            LastAdministrator: nobody else is administrator.
        """
        actor.require(Permission.MANAGE_USERS)
        try:
            async with self.new_uow() as uow:
                others = await uow.users.count_administrators_for_update(besides=user_id)
                user = await uow.users.get_for_update(user_id)
                user.remove(other_administrators=others, by=actor.user_id, at=self.clock.now())
                await uow.users.save(user)
                await uow.commit()
        finally:
            self.sessions.forget(user_id)
