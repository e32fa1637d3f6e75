"""Reading one client's card."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.queries import ClientCard, ClientQueries
from cashhaven_domain.shared.access import Actor, Permission


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FindClient:
    """Read a client's card. An anonymous client has one too, since the history names them.

    Raises:
        AccessDenied: the actor may not see clients.
        ClientNotFound: there is no such client.
    """

    queries: ClientQueries

    async def __call__(self, actor: Actor, client_id: ClientId) -> ClientCard:
        actor.require(Permission.SEE_CLIENTS)
        card = await self.queries.find(client_id)
        if card is None:
            raise ClientNotFound()
        return card
