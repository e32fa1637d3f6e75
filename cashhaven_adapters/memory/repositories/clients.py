"""Clients in memory."""

from collections.abc import Sequence

from cashhaven_adapters.memory.repositories.orders import ORDERS
from cashhaven_adapters.memory.repositories.sales import SALES
from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table, Unique
from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.errors import ClientNotFound, DuplicateCpf
from cashhaven_domain.clients.ports import ClientRepository
from cashhaven_domain.shared.errors import StaleAggregate

CPF = Unique[Client](
    "cpf",
    lambda client: client.person.cpf if client.person else None,
    lambda client: DuplicateCpf(),
)
CLIENTS = Table[ClientId, Client]("client", unique=(CPF,))


class MemoryClients(ClientRepository):
    """The clients that one transaction sees."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._clients = staging.table(CLIENTS)

    async def add(self, client: Client) -> None:
        """Keep a new client."""
        await self._clients.add(client.id, client)

    async def get_for_update(self, client_id: ClientId) -> Client:
        """Return the client and hold it."""
        client = await self._clients.find_for_update(client_id)
        if client is None:
            raise ClientNotFound()
        return client

    async def save(self, client: Client) -> None:
        """Keep what changed."""
        await self._clients.save(client.id, client)

    async def remove(self, client: Client) -> None:
        """Remove the client."""
        stored = await self._clients.find_for_update(client.id)
        if stored is None or stored.version != client.version:
            raise StaleAggregate()
        await self._clients.remove(client.id)
        self._staging.events += client.take_events()

    async def has_history(self, client_id: ClientId) -> bool:
        """Whether any sale or order names the client."""
        sales = self._staging.table(SALES).all().values()
        orders = self._staging.table(ORDERS).all().values()
        return any(sale.client_id == client_id for sale in sales) or any(
            order.client_id == client_id for order in orders
        )

    async def hold_known(self, client_ids: Sequence[ClientId]) -> frozenset[ClientId]:
        """Hold the clients, one transaction at a time, and return the ids of the known ones."""
        clients = await self._clients.find_many_for_update(client_ids)
        return frozenset(key for key, client in clients.items() if client.person is not None)
