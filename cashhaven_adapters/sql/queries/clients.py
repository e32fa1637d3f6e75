"""Questions about clients, answered by SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.gathering import Gathered
from cashhaven_adapters.sql.queries.client_history import history_of
from cashhaven_adapters.sql.repositories.clients import CLIENT_KINDS, ClientRow, client_of
from cashhaven_adapters.sql.search_marks import Kind, mark
from cashhaven_adapters.sql.statements import Question, listing
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import (
    ClientCard,
    ClientHistory,
    ClientLine,
    ClientQueries,
    ClientSearch,
)
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest

_LINE = (clients.c.id, clients.c.name, clients.c.cpf, clients.c.phone, clients.c.version)
_BY_MARKS = " ".join(
    ("SELECT cpf_idx,", ", ".join(ClientRow._fields), "FROM client WHERE cpf_idx IN (...)")
)


class SqlClientQueries(ClientQueries):
    """Reads on connections of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_mark = Gathered(self._find_by_marks)

    async def list(self, page: PageRequest) -> Page[ClientLine]:
        """Return the clients that are not anonymous."""
        return await self._page(page)

    async def search(self, wanted: ClientSearch, page: PageRequest) -> Page[ClientLine]:
        """Return the clients whom the search means."""
        return await self._page(page, _fits(wanted))

    async def find(self, client_id: ClientId) -> ClientCard | None:
        """Return the client's card."""
        return await self._card(clients.c.id == client_id)

    async def find_by_cpf(self, cpf: Cpf) -> ClientCard | None:
        """Return the card of the client with this CPF."""
        return await self._by_mark.get(mark(Kind.CPF, cpf.digits))

    async def find_history(self, client_id: ClientId) -> ClientHistory | None:
        """Return what the client bought, as of one moment."""
        async with self._database.reading(snapshot=True) as session:
            known = await session.first(select(clients.c.id).where(clients.c.id == client_id))
            return None if known is None else await history_of(client_id, session)

    async def _find_by_marks(self, marks: Sequence[bytes]) -> Mapping[bytes, ClientCard]:
        wanted = sorted(set(marks))
        question = Question("client", listing(_BY_MARKS, wanted), wanted, (bytes, *CLIENT_KINDS))
        async with self._database.reading() as session:
            (rows,) = await session.ask(question)
        return {found: ClientCard.of(client_of(ClientRow._make(client))) for found, *client in rows}

    async def _card(self, condition: ColumnElement[bool]) -> ClientCard | None:
        async with self._database.reading() as session:
            row = await session.first(select(clients).where(condition))
        return None if row is None else ClientCard.of(client_of(row))

    async def _page(self, page: PageRequest, *conditions: ColumnElement[bool]) -> Page[ClientLine]:
        known = clients.c.anonymised_at.is_(None)
        wanted = select(*_LINE).where(known, *conditions).order_by(clients.c.id)
        if page.after is not None:
            wanted = wanted.where(clients.c.id > page.after.id)
        async with self._database.reading() as session:
            rows = await session.rows(wanted.limit(page.size + 1))
        lines = tuple(_line(row) for row in rows[: page.size])
        return Page(lines, Cursor(lines[-1].id) if len(rows) > page.size else None)


def _fits(wanted: ClientSearch) -> ColumnElement[bool]:
    ways = [clients.c.name_folded.contains(wanted.folded_name, autoescape=True)]
    if wanted.cpf is not None:
        ways.append(clients.c.cpf_idx == mark(Kind.CPF, wanted.cpf.digits))
    if wanted.phone is not None:
        ways.append(clients.c.phone_idx == mark(Kind.PHONE, wanted.phone.e164))
    if wanted.last_four is not None:
        ways += [
            clients.c.cpf_last4_idx == mark(Kind.CPF_LAST_FOUR, wanted.last_four),
            clients.c.phone_last4_idx == mark(Kind.PHONE_LAST_FOUR, wanted.last_four),
        ]
    return or_(*ways)


def _line(row: Row[*tuple[Any, ...]]) -> ClientLine:
    return ClientLine(
        id=ClientId(row.id),
        name=row.name,
        cpf=Cpf(row.cpf),
        phone=Phone(row.phone),
        version=row.version,
    )
