"""The example shop's people, products and clients, and the month that it has behind it.

Everything goes through the use cases that everybody calls, at moments of our choosing.
"""

import random
from datetime import datetime, timedelta

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.container import Container
from cashhaven_app.demo.catalogue import ARTICLES, GUESTS, Article, Guest
from cashhaven_app.demo.month import DAYS, Month, Staff, morning_of
from cashhaven_app.observation import Observer, write_nothing
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.person import Address, Email, Person
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.parameters.parameter import ParameterId, Setting
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.add_product import AddProductCommand
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.use_cases.register_user import RegisterUserCommand

PASSWORD = "praca-das-mangueiras-17"  # noqa: S105  # of the example shop only, told to whoever asks
PEOPLE = (
    ("iracema", "Dona Iracema", "Gerente", True),
    ("bia", "Bia", "Caixa", False),
    ("caio", "Caio", "Atendente", False),
)
SETTINGS = {6: "Lanchonete da Praça", 7: "(11) 3000-1234"}
SEED = 20240115


async def is_empty(container: Container) -> bool:
    """Whether nobody has worked in the shop so far."""
    if await container.adapters.user_queries().has_any_user():
        return False
    products = await container.use_cases.list_products()(Actor.system(), PageRequest(limit=1))
    return not products.items


async def _forget_old_news(shop: Container, now: datetime) -> None:
    """Nobody listened during that month, and nobody is to be told of it now."""
    relay = shop.adapters.relay()
    while await relay.advance():
        pass
    _ = await relay.forget(before=now, keep=0)


async def fill(container: Container) -> dict[str, int]:
    """Tell the month that ends now, and return how much of what there is.

    Works on storage as it is: whoever calls has seen that the shop is empty.
    """
    now = container.clock().now()
    clock = SettableClock(morning_of(now - timedelta(days=DAYS)))
    quiet = Observer(log=write_nothing)
    shop = Container(settings=container.settings(), clock=clock, observer=quiet)
    if container.settings().storage == "memory":
        shop.adapters.store.override(container.adapters.store())
    else:
        shop.adapters.database.override(container.adapters.database())
    staff = await _hire(shop)
    await shop.use_cases.update_parameters()(
        staff.manager,
        UpdateParametersCommand(
            settings=tuple(
                Setting(parameter_id=ParameterId(id), value=value) for id, value in SETTINGS.items()
            )
        ),
    )
    products = {await _add_product(shop, staff.manager, article): article for article in ARTICLES}
    clients = [await _register_client(shop, staff.operators[0], guest) for guest in GUESTS]
    month = Month(shop.use_cases, clock, staff, products, clients, random.Random(SEED))  # noqa: S311  # no secret
    await month.live(until=now)
    await _forget_old_news(shop, now)
    return {
        "produtos": len(products),
        "clientes": len(clients),
        "vendas": month.sales,
        "pedidos": month.orders,
    }


async def _hire(shop: Container) -> Staff:
    actors = []
    for username, name, role, administrator in PEOPLE:
        user_id = await shop.use_cases.register_user()(
            Actor.system(),
            RegisterUserCommand(
                name=name,
                username=username,
                password=Password(PASSWORD),
                role=role,
                administrator=administrator,
            ),
        )
        actors.append(Actor(user_id=user_id, name=name, administrator=administrator))
    return Staff(actors[0], tuple(actors[1:]))


async def _add_product(shop: Container, manager: Actor, article: Article) -> ProductId:
    settled = await shop.use_cases.add_product()(
        manager,
        AddProductCommand(
            name=article.name,
            supplier=article.supplier,
            purchase_price=article.bought,
            sale_price=article.sold,
            balance=article.delivery,
            minimum=Quantity((article.delivery.amount / 4).quantize(1)),
            unit=article.unit,
        ),
    )
    product_id: ProductId = settled.receipt.id
    return product_id


async def _register_client(shop: Container, operator: Actor, guest: Guest) -> ClientId:
    settled = await shop.use_cases.register_client()(
        operator,
        RegisterClientCommand(
            person=Person(
                name=guest.name,
                cpf=guest.cpf,
                phone=guest.phone,
                email=None if guest.email is None else Email(guest.email),
                address=Address(
                    street=guest.street,
                    number=guest.number,
                    district=guest.district,
                    city="São Paulo",
                    state="SP",
                    cep=guest.cep,
                ),
            ),
            accepts_marketing=guest.email is not None,
        ),
    )
    client_id: ClientId = settled.receipt.id
    return client_id
