"""What the clients' area needs from the outside."""

from collections.abc import Sequence
from typing import Protocol

from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.shared.ports import UnitOfWork


class ClientRepository(Protocol):
    """Keeps clients; part of a transaction."""

    async def add(self, client: Client) -> None:
        """Keep a new client.

        Raises:
            DuplicateCpf: another client has the same CPF.
        """
        ...

    async def get_for_update(self, client_id: ClientId) -> Client:
        """Return the client, anonymous or not, and keep others from changing or naming it.

        It is held till the end of the transaction. Transactions that named the client before are
        waited for, and what they did is seen afterwards.

        Raises:
            ClientNotFound: there is none.
        """
        ...

    async def save(self, client: Client) -> None:
        """Keep what changed and raise the version by one.

        Raises:
            StaleAggregate: another version is stored.
            DuplicateCpf: another client has the same CPF.
        """
        ...

    async def remove(self, client: Client) -> None:
        """Remove a client that has no history.

        Raises:
            StaleAggregate: another version is stored.
            StorageConflict: a history began meanwhile.
        """
        ...

    async def has_history(self, client_id: ClientId) -> bool:
        """Whether any sale or order names the client, cancelled ones too.

        The answer holds till the end when the client was taken with `get_for_update` before.
        """
        ...

    async def hold_known(self, client_ids: Sequence[ClientId]) -> frozenset[ClientId]:
        """Return those of the ids that are clients and not anonymous, and keep them so.

        For whoever writes history that names a client, till the end of the transaction: call it
        once, before locking any stock. Several may hold the same client at once.
        """
        ...


class ClientsUnitOfWork(UnitOfWork, Protocol):
    """One transaction on clients."""

    clients: ClientRepository
