"""Reading what a client bought."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.queries import ClientHistory, ClientQueries
from cashhaven_domain.shared.access import Actor, Permission


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class GetClientHistory:
    """Read what a client bought, when they came last and what they spend on average.

    Raises:
        AccessDenied: the actor may not see clients.
        ClientNotFound: there is no such client.
    """

    queries: ClientQueries

    async def __call__(self, actor: Actor, client_id: ClientId) -> ClientHistory:
        actor.require(Permission.SEE_CLIENTS)
        history = await self.queries.find_history(client_id)
        if history is None:
            raise ClientNotFound()
        return history
