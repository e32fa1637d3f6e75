"""Reading a client's card by CPF."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.queries import ClientCard, ClientQueries
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.brazil import Cpf


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FindClientByCpf:
    """Read the card of the client with this CPF.

    Raises:
        AccessDenied: the actor may not see clients.
        ClientNotFound: there is no such client.
    """

    queries: ClientQueries

    async def __call__(self, actor: Actor, cpf: Cpf) -> ClientCard:
        actor.require(Permission.SEE_CLIENTS)
        card = await self.queries.find_by_cpf(cpf)
        if card is None:
            raise ClientNotFound()
        return card
