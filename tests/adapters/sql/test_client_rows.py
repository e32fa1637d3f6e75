"""What the table of clients holds of a person, beyond what the contracts can see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cashhaven_adapters.sql.search_marks import Kind, mark, marks_of
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import ClientSearch
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.paging import PageRequest
from tests.support.clients import REGISTERED, a_client, a_person, a_well_known_person
from tests.support.storages import SqlStorage

ONE = ClientId(1)
KEPT = {"id", "accepts_marketing", "created_at", "updated_at", "anonymised_at", "version"}


@pytest.fixture
def sql_storage(sql_engine, database):
    """The SQL adapters on each chosen engine."""
    return SqlStorage(sql_engine, database)


async def add(storage, client):
    async with storage.new_uow() as uow:
        await uow.clients.add(client)
        await uow.commit()


async def row_of(storage, client_id=ONE):
    async with storage.database.reading() as session:
        return await session.first(select(clients).where(clients.c.id == client_id))


async def test_nothing_of_the_person_is_left_of_an_anonymous_client(sql_storage):
    await add(sql_storage, a_client(1, a_well_known_person(), accepts_marketing=True))
    async with sql_storage.new_uow() as uow:
        client = await uow.clients.get_for_update(ONE)
        client.become_anonymous(by=UserId(9), at=REGISTERED + timedelta(days=1))
        await uow.clients.save(client)
        await uow.commit()
    row = await row_of(sql_storage)
    left = {name for name, value in row._mapping.items() if value is not None}
    assert left == KEPT


async def test_each_row_has_a_random_name_of_its_own_that_stays(sql_storage):
    await add(sql_storage, a_client(1))
    await add(sql_storage, a_client(2))
    first, second = await row_of(sql_storage), await row_of(sql_storage, ClientId(2))
    assert len(first.crypt_id) == len(second.crypt_id) == 16
    assert first.crypt_id != second.crypt_id
    async with sql_storage.new_uow() as uow:
        client = await uow.clients.get_for_update(ONE)
        client.person = a_person(name="Maria Silva")
        await uow.clients.save(client)
        await uow.commit()
    changed = await row_of(sql_storage)
    assert (changed.crypt_id, changed.name) == (first.crypt_id, "Maria Silva")


async def test_numbers_are_found_by_their_marks_only(sql_storage):
    await add(sql_storage, a_client(1, a_person()))
    async with sql_storage.new_uow() as uow:
        session = uow._session
        _ = await session.run(clients.update().values(cpf="52998224725", phone="+5521987654321"))
        await uow.commit()
    queries = sql_storage.client_queries
    assert await queries.find_by_cpf(Cpf("12345678900")) is not None
    for text, expected in (("12345678900", 1), ("8900", 1), ("9999", 1), ("4725", 0)):
        page = await queries.search(ClientSearch.of(text), PageRequest())
        assert len(page.items) == expected, text


@pytest.mark.parametrize("one", list(Kind))
def test_marks_of_different_kinds_differ(one):
    marks = {mark(kind, "1234") for kind in Kind}
    assert len(marks) == len(Kind)
    assert mark(one, "1234") != mark(one, "1235")
    assert len(mark(one, "1234")) == 32


def test_marks_are_of_the_whole_and_of_the_end():
    marks = marks_of(Cpf("12345678900"), Phone("+5511999991234"))
    assert marks == {
        "cpf_idx": mark(Kind.CPF, "12345678900"),
        "cpf_last4_idx": mark(Kind.CPF_LAST_FOUR, "8900"),
        "phone_idx": mark(Kind.PHONE, "+5511999991234"),
        "phone_last4_idx": mark(Kind.PHONE_LAST_FOUR, "1234"),
    }
