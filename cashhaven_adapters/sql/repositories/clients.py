"""Clients in SQL."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, exists, insert, or_, select, update

from cashhaven_adapters.sql.search_marks import marks_of
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import SHARED, Question, listing
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_adapters.sql.tables.orders import orders
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.errors import ClientNotFound, DuplicateCpf
from cashhaven_domain.clients.person import Address, Email, Person
from cashhaven_domain.clients.ports import ClientRepository
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.record import dump, from_data, load

CRYPT_ID_BYTES = 16
_PERSON_COLUMNS = (
    "name",
    "name_folded",
    "cpf",
    "cpf_idx",
    "cpf_last4_idx",
    "phone",
    "phone_idx",
    "phone_last4_idx",
    "email",
    "birth_date",
    "address",
)
_REFUSALS = {"uq_client_cpf_idx": DuplicateCpf}


def those_known(client_ids: Collection[ClientId]) -> Question:
    """Return what holds those of the clients who are not anonymous; others may hold them too."""
    wanted = sorted(set(client_ids))
    text = "SELECT id FROM client WHERE id IN (...) AND anonymised_at IS NULL ORDER BY id"
    return Question("client", listing(text, wanted), wanted, (int,), SHARED)


class SqlClients(ClientRepository):
    """The clients that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def add(self, client: Client) -> None:
        """Keep a new client."""
        row = _row_of(client) | {"id": client.id, "crypt_id": secrets.token_bytes(CRYPT_ID_BYTES)}
        _ = await self._session.run(insert(clients), row, refusals=_REFUSALS)
        self._session.events += client.take_events()

    async def get_for_update(self, client_id: ClientId) -> Client:
        """Return the client and lock its row."""
        row = await self._session.first(
            select(clients).where(clients.c.id == client_id).with_for_update()
        )
        if row is None:
            raise ClientNotFound()
        return client_of(row)

    async def save(self, client: Client) -> None:
        """Keep what changed; with the person goes what bound their data to the row."""
        row = _row_of(client) | {"version": client.version + 1}
        if client.person is None:
            row["crypt_id"] = None
        changed = await self._session.run(
            update(clients)
            .where(clients.c.id == client.id, clients.c.version == client.version)
            .values(row),
            refusals=_REFUSALS,
        )
        if changed != 1:
            raise StaleAggregate()
        client.version += 1
        self._session.events += client.take_events()

    async def remove(self, client: Client) -> None:
        """Remove the client; the foreign keys of sales and orders are the last wall."""
        removed = await self._session.run(
            delete(clients).where(clients.c.id == client.id, clients.c.version == client.version)
        )
        if removed != 1:
            raise StaleAggregate()
        self._session.events += client.take_events()

    async def has_history(self, client_id: ClientId) -> bool:
        """Whether any sale or order names the client; right while its row is locked.

        Whoever inserts such a row locks the client's too, by `hold_known` and by the foreign key.
        """
        named = await self._session.scalar(
            select(
                or_(
                    exists().where(sales.c.client_id == client_id),
                    exists().where(orders.c.client_id == client_id),
                )
            )
        )
        return bool(named)

    async def hold_known(self, client_ids: Sequence[ClientId]) -> frozenset[ClientId]:
        """Lock the clients' rows, shared, and return the ids of the known ones."""
        (rows,) = await self._session.ask(those_known(client_ids))
        return frozenset(ClientId(number) for (number,) in rows)


class ClientRow(NamedTuple):
    """What a client is made of, as the columns are called; an anonymous one has no person."""

    id: int
    name: str
    cpf: str
    phone: str
    email: str | None
    birth_date: str | None
    address: str | None
    accepts_marketing: bool
    created_at: datetime
    updated_at: datetime
    anonymised_at: datetime | None
    version: int


CLIENT_KINDS = (int, str, str, str, str, str, str, bool, datetime, datetime, datetime, int)


def client_of(row: Row[*tuple[Any, ...]] | ClientRow) -> Client:
    """Return the client that the row keeps."""
    return Client(
        id=ClientId(row.id),
        person=None if row.anonymised_at is not None else _person_of(row),
        accepts_marketing=row.accepts_marketing,
        created_at=row.created_at,
        updated_at=row.updated_at,
        anonymised_at=row.anonymised_at,
        version=row.version,
    )


def _person_of(row: Row[*tuple[Any, ...]] | ClientRow) -> Person:
    return Person(
        name=row.name,
        cpf=Cpf(row.cpf),
        phone=Phone(row.phone),
        email=None if row.email is None else Email(row.email),
        birth_date=None if row.birth_date is None else date.fromisoformat(row.birth_date),
        address=None if row.address is None else from_data(Address, load(row.address)),
    )


def _row_of(client: Client) -> dict[str, Any]:
    return _person_columns(client.person) | {
        "accepts_marketing": client.accepts_marketing,
        "created_at": client.created_at,
        "updated_at": client.updated_at,
        "anonymised_at": client.anonymised_at,
        "version": client.version,
    }


def _person_columns(person: Person | None) -> dict[str, Any]:
    if person is None:
        return dict.fromkeys(_PERSON_COLUMNS)
    return marks_of(person.cpf, person.phone) | {
        "name": person.name,
        "name_folded": person.folded_name,
        "cpf": person.cpf.as_text(),
        "phone": person.phone.as_text(),
        "email": None if person.email is None else person.email.as_text(),
        "birth_date": None if person.birth_date is None else person.birth_date.isoformat(),
        "address": None if person.address is None else dump(person.address),
    }
