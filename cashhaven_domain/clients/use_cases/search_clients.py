"""Looking for clients by what one remembers of them."""

from dataclasses import dataclass, field
from typing import final

from cashhaven_domain.clients.queries import ClientLine, ClientQueries, ClientSearch
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchClientsCommand:
    """What somebody typed, and which part of the result is wanted."""

    text: str
    page: PageRequest = field(default_factory=PageRequest)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchClients:
    """Look for clients by part of the name, or by the whole or the end of telephone or CPF.

    Raises:
        AccessDenied: the actor may not see clients.
        InvalidInput: there is nothing to look for.
    """

    queries: ClientQueries

    async def __call__(self, actor: Actor, command: SearchClientsCommand) -> Page[ClientLine]:
        actor.require(Permission.SEE_CLIENTS)
        return await self.queries.search(ClientSearch.of(command.text), command.page)
