import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.queries import ClientSearch
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.clients.use_cases.search_clients import SearchClientsCommand
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput
from cashhaven_domain.shared.paging import PageRequest
from tests.support.clients import a_person

NEWCOMER = Actor(user_id=UserId(3), name="Nova", must_change_password=True)


async def registered(shop, *names):
    for number, name in enumerate(names, start=1):
        person = a_person(name=name, cpf=Cpf(f"{number:011}"))
        await shop.register_client(shop.operator, RegisterClientCommand(person=person))


async def test_clients_are_listed_as_they_came():
    shop = open_shop()
    await registered(shop, "Zélia", "Ana")
    page = await shop.list_clients(shop.operator, PageRequest())
    assert [line.name for line in page.items] == ["Zélia", "Ana"]


async def test_clients_are_found_by_part_of_the_name():
    shop = open_shop()
    await registered(shop, "José da Silva", "Ana Souza", "Josefa")
    page = await shop.search_clients(shop.operator, SearchClientsCommand(text="JOSE"))
    assert [line.name for line in page.items] == ["José da Silva", "Josefa"]


async def test_who_is_not_there_is_not_found():
    shop = open_shop()
    with pytest.raises(ClientNotFound):
        await shop.find_client(shop.operator, ClientId(1))
    with pytest.raises(ClientNotFound):
        await shop.find_client_by_cpf(shop.operator, Cpf("12345678900"))
    with pytest.raises(ClientNotFound):
        await shop.get_client_history(shop.operator, ClientId(1))


async def test_nobody_looks_at_clients_with_a_one_time_password():
    shop = open_shop()
    for look in (
        shop.list_clients(NEWCOMER, PageRequest()),
        shop.search_clients(NEWCOMER, SearchClientsCommand(text="maria")),
        shop.find_client(NEWCOMER, ClientId(1)),
        shop.find_client_by_cpf(NEWCOMER, Cpf("12345678900")),
        shop.get_client_history(NEWCOMER, ClientId(1)),
    ):
        with pytest.raises(AccessDenied):
            await look


def test_a_search_for_a_name_looks_for_no_number():
    wanted = ClientSearch.of(" José ")
    assert (wanted.folded_name, wanted.cpf, wanted.phone, wanted.last_four) == (
        "jose",
        None,
        None,
        None,
    )


def test_eleven_digits_may_be_a_cpf_or_a_telephone():
    wanted = ClientSearch.of("11999999999")
    assert (wanted.cpf, wanted.phone) == (Cpf("11999999999"), Phone("+5511999999999"))


def test_four_digits_may_end_a_cpf_or_a_telephone():
    assert ClientSearch.of(" 99-99 ").last_four == "9999"
    assert ClientSearch.of("999").last_four is None


@pytest.mark.parametrize("text", ["", "  ", "\u0301", "a" * 121, "a\0b"])
def test_there_must_be_something_to_look_for(text):
    with pytest.raises(InvalidInput, match="q: "):
        ClientSearch.of(text)


def test_what_is_looked_for_does_not_show_in_a_repr():
    assert "12345678900" not in repr(ClientSearch.of("12345678900"))
