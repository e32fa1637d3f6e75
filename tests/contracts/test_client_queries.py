from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import ANONYMOUS_NAME, ClientCard, ClientSearch
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.paging import Cursor, PageRequest
from tests.support.clients import REGISTERED, a_client, a_person, a_well_known_person, cpf_number

ALL = PageRequest()


async def add(storage, *clients):
    async with storage.new_uow() as uow:
        for client in clients:
            await uow.clients.add(client)
        await uow.commit()


async def make_anonymous(storage, client_id):
    async with storage.new_uow() as uow:
        client = await uow.clients.get_for_update(ClientId(client_id))
        client.become_anonymous(by=UserId(9), at=REGISTERED + timedelta(days=1))
        await uow.clients.save(client)
        await uow.commit()


async def found(storage, text):
    page = await storage.client_queries.search(ClientSearch.of(text), ALL)
    return [line.id for line in page.items]


async def test_clients_are_listed_by_number(storage):
    await add(storage, a_client(2), a_client(10), a_client(1, a_person()))
    page = await storage.client_queries.list(ALL)
    assert [line.id for line in page.items] == [1, 2, 10]
    assert page.next is None
    line = page.items[0]
    assert (line.name, line.cpf, line.phone, line.version) == (
        "Maria Santos",
        Cpf("12345678900"),
        Phone("+5511999999999"),
        1,
    )


async def test_a_list_goes_on_where_its_page_ended(storage):
    await add(storage, *(a_client(number) for number in range(1, 6)))
    first = await storage.client_queries.list(PageRequest(2))
    assert [line.id for line in first.items] == [1, 2]
    assert first.next == Cursor(2)
    second = await storage.client_queries.list(PageRequest(3, first.next))
    assert [line.id for line in second.items] == [3, 4, 5]
    assert second.next is None


async def test_a_page_past_the_end_is_empty(storage):
    await add(storage, a_client(1))
    page = await storage.client_queries.list(PageRequest(2, Cursor(1)))
    assert (page.items, page.next) == ((), None)


async def test_anonymous_clients_are_in_no_list(storage):
    await add(storage, a_client(1), a_client(2))
    await make_anonymous(storage, 1)
    page = await storage.client_queries.list(ALL)
    assert [line.id for line in page.items] == [2]
    assert await found(storage, "maria") == [2]
    assert await found(storage, "0001") == []


@pytest.mark.parametrize("person", [a_person(), a_well_known_person()])
async def test_a_card_shows_all_that_is_known(storage, person):
    client = a_client(1, person, accepts_marketing=True)
    await add(storage, client)
    assert await storage.client_queries.find(ClientId(1)) == ClientCard.of(client)
    assert await storage.client_queries.find_by_cpf(person.cpf) == ClientCard.of(client)


async def test_nobody_has_no_card(storage):
    await add(storage, a_client(1))
    assert await storage.client_queries.find(ClientId(2)) is None
    assert await storage.client_queries.find_by_cpf(cpf_number(2)) is None


async def test_the_card_of_an_anonymous_client_names_nobody(storage):
    await add(storage, a_client(1, a_well_known_person(), accepts_marketing=True))
    await make_anonymous(storage, 1)
    card = await storage.client_queries.find(ClientId(1))
    assert card is not None
    assert card.name == ANONYMOUS_NAME
    assert (card.cpf, card.phone, card.email, card.birth_date, card.address) == (None,) * 5
    assert not card.accepts_marketing
    assert await storage.client_queries.find_by_cpf(Cpf("12345678900")) is None


@pytest.mark.parametrize("text", ["jose", "JOSÉ", "da conceição", "  José   da ", "ceic"])
async def test_a_part_of_the_name_finds_without_case_and_accents(storage, text):
    await add(
        storage,
        a_client(1, a_person(name="José  da Conceição")),
        a_client(2, a_person(name="Ana", cpf=cpf_number(2))),
    )
    assert await found(storage, text) == [1]


@pytest.mark.parametrize("text", ["%", "_", "50%_", "\\", "/"])
async def test_signs_that_mean_something_to_sql_mean_themselves(storage, text):
    await add(
        storage,
        a_client(1, a_person(name=r"50%_de\des/conto")),
        a_client(2, a_person(name="50 por cento", cpf=cpf_number(2))),
    )
    assert await found(storage, text) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "529.982.247-25",
        "52998224725",
        "4725",
        "(21) 98765-4321",
        "21987654321",
        "+55 21 98765 4321",
        "4321",
    ],
)
async def test_the_whole_or_the_end_of_cpf_and_telephone_finds(storage, text):
    somebody = a_person(cpf=Cpf("52998224725"), phone=Phone("+5521987654321"))
    await add(storage, a_client(1, somebody), a_client(2))
    assert await found(storage, text) == [1]


@pytest.mark.parametrize("text", ["725", "24725", "5299", "98765", "987654321"])
async def test_other_parts_of_numbers_find_nobody(storage, text):
    somebody = a_person(cpf=Cpf("52998224725"), phone=Phone("+5521987654321"))
    await add(storage, a_client(1, somebody))
    assert await found(storage, text) == []


async def test_a_search_comes_in_pages_too(storage):
    await add(storage, *(a_client(number) for number in range(1, 6)))
    first = await storage.client_queries.search(ClientSearch.of("maria"), PageRequest(3))
    assert [line.id for line in first.items] == [1, 2, 3]
    rest = await storage.client_queries.search(ClientSearch.of("maria"), PageRequest(3, first.next))
    assert ([line.id for line in rest.items], rest.next) == ([4, 5], None)


async def test_a_changed_client_is_found_by_what_is_true_now(storage):
    await add(storage, a_client(1, a_person()))
    async with storage.new_uow() as uow:
        client = await uow.clients.get_for_update(ClientId(1))
        client.person = a_person(name="Ana", cpf=Cpf("52998224725"), phone=Phone("+5521987654321"))
        await uow.clients.save(client)
        await uow.commit()
    assert await found(storage, "maria") == []
    assert await found(storage, "9999") == []
    for text in ("ana", "4725", "4321", "52998224725"):
        assert await found(storage, text) == [1]
    assert await storage.client_queries.find_by_cpf(Cpf("12345678900")) is None


async def test_nobody_has_no_history(storage):
    assert await storage.client_queries.find_history(ClientId(1)) is None
