"""Reading the list of clients."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.clients.queries import ClientLine, ClientQueries
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListClients:
    """Read the list of clients; anonymous ones are not in it.

    Raises:
        AccessDenied: the actor may not see clients.
    """

    queries: ClientQueries

    async def __call__(self, actor: Actor, page: PageRequest) -> Page[ClientLine]:
        actor.require(Permission.SEE_CLIENTS)
        return await self.queries.list(page)
