"""Builders of clients."""

from datetime import UTC, date, datetime
from typing import Any

from cashhaven_app.testing import Shop
from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.person import Address, Email, Person
from cashhaven_domain.parameters.parameter import Setting
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.brazil import Cep, Cpf, Phone

REGISTERED = datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)


def an_address(**parts: Any) -> Address:
    """Return an address; any part may be given."""
    usual: dict[str, Any] = {
        "street": "Avenida Paulista",
        "number": "1000",
        "district": "Bela Vista",
        "city": "São Paulo",
        "state": "SP",
        "cep": Cep("01310100"),
    }
    return Address(**usual | parts)


def a_person(**parts: Any) -> Person:
    """Return Maria Santos, or somebody else in these parts."""
    usual: dict[str, Any] = {
        "name": "Maria Santos",
        "cpf": Cpf("12345678900"),
        "phone": Phone("+5511999999999"),
    }
    return Person(**usual | parts)


def a_well_known_person(**parts: Any) -> Person:
    """Return a person of whom everything is known."""
    usual: dict[str, Any] = {
        "email": Email("maria@exemplo.com.br"),
        "birth_date": date(1990, 5, 20),
        "address": an_address(),
    }
    return a_person(**usual | parts)


def cpf_number(number: int) -> Cpf:
    """Return a CPF of one's own for each number."""
    return Cpf(f"{number:011}")


def a_client(number: int = 1, person: Person | None = None, **parts: Any) -> Client:
    """Return a client who has just been registered, each number with a CPF of its own."""
    usual: dict[str, Any] = {
        "accepts_marketing": False,
        "rules": ShopRules.of({}),
        "by": UserId(7),
        "at": REGISTERED,
    }
    somebody = person or a_person(cpf=cpf_number(number))
    return Client.register(ClientId(number), somebody, **usual | parts)


async def shop_is_strict_about_cpfs(shop: Shop) -> None:
    """Set the parameter that makes the shop verify check digits."""
    parameters = await shop.list_parameters(shop.administrator)
    (strict,) = (item for item in parameters if item.name == "cpf_estrito")
    setting = Setting(parameter_id=strict.id, bit=True)
    await shop.update_parameters(shop.administrator, UpdateParametersCommand(settings=(setting,)))
