"""Seeing who has an account."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.users.queries import UserQueries, UserView


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsers:
    """Show who has an account."""

    queries: UserQueries

    async def __call__(self, actor: Actor, request: PageRequest) -> Page[UserView]:
        """Return a page of users, sorted by id.

        Raises:
            AccessDenied: the actor is no administrator.
        """
        actor.require(Permission.MANAGE_USERS)
        return await self.queries.list_page(request)
