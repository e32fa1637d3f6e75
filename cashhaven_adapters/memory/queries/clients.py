"""Questions about clients, answered from memory."""

from collections.abc import Callable, Iterator

from cashhaven_adapters.memory.queries.client_history import history_of
from cashhaven_adapters.memory.repositories.clients import CLIENTS, CPF
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.person import Person
from cashhaven_domain.clients.queries import (
    ClientCard,
    ClientHistory,
    ClientLine,
    ClientQueries,
    ClientSearch,
)
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest


class MemoryClientQueries(ClientQueries):
    """Reads the committed clients."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def list(self, page: PageRequest) -> Page[ClientLine]:
        """Return the clients that are not anonymous."""
        return self._page(page, lambda person: True)

    async def search(self, wanted: ClientSearch, page: PageRequest) -> Page[ClientLine]:
        """Return the clients whom the search means."""
        return self._page(page, lambda person: _fits(person, wanted))

    async def find(self, client_id: ClientId) -> ClientCard | None:
        """Return the client's card."""
        client = self._store.rows(CLIENTS).get(client_id)
        return None if client is None else ClientCard.of(client)

    async def find_by_cpf(self, cpf: Cpf) -> ClientCard | None:
        """Return the card of the client with this CPF."""
        client_id = self._store.holder(CLIENTS, CPF, cpf)
        return None if client_id is None else await self.find(client_id)

    async def find_history(self, client_id: ClientId) -> ClientHistory | None:
        """Return what the client bought."""
        if client_id not in self._store.rows(CLIENTS):
            return None
        return history_of(client_id, self._store)

    def _known(self) -> Iterator[tuple[Client, Person]]:
        rows = self._store.rows(CLIENTS)
        for client_id in sorted(rows):
            client = rows[client_id]
            if client.person is not None:
                yield client, client.person

    def _page(self, page: PageRequest, wanted: Callable[[Person], bool]) -> Page[ClientLine]:
        after = page.after.id if page.after else 0
        lines = [
            ClientLine(
                id=client.id,
                name=person.name,
                cpf=person.cpf,
                phone=person.phone,
                version=client.version,
            )
            for client, person in self._known()
            if client.id > after and wanted(person)
        ]
        shown = tuple(lines[: page.size])
        return Page(shown, Cursor(shown[-1].id) if len(lines) > page.size else None)


def _fits(person: Person, wanted: ClientSearch) -> bool:
    return (
        wanted.folded_name in person.folded_name
        or person.cpf == wanted.cpf
        or person.phone == wanted.phone
        or wanted.last_four in {person.cpf.digits[-4:], person.phone.last_four}
    )
