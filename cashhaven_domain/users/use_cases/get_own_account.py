"""Seeing one's own account."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.users.queries import UserQueries, UserView


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class GetOwnAccount:
    """Tell a signed-in user who he or she is."""

    queries: UserQueries

    async def __call__(self, actor: Actor) -> UserView:
        """Return the actor's account.

        Raises:
            UserNotFound: it was removed meanwhile.
        """
        actor.require(Permission.OWN_ACCOUNT)
        return await self.queries.get(actor.user_id)
