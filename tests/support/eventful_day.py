"""A day in which everything happens that is ever told, in the order in which it is told."""

from cashhaven_app.testing import Shop
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.clients.use_cases.update_client import UpdateClientCommand
from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.parameters.parameter import ParameterId, Setting
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.record import dump
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from cashhaven_domain.stream.events import ClientKind, Level
from cashhaven_domain.stream.stored_event import StoredEvent
from cashhaven_domain.stream.use_cases.notify import NotifyCommand
from cashhaven_domain.stream.use_cases.raise_alert import RaiseAlertCommand
from cashhaven_domain.users.use_cases.sign_out import SignOutCommand
from cashhaven_domain.users.use_cases.update_user import UpdateUserCommand
from tests.support.clients import a_person, a_well_known_person, cpf_number
from tests.support.selling import line, ordered, sold, stocked
from tests.support.users import enter, hire, session_of

COST = Money.of("7.77")
DEARER = Money.of("8.88")
STREET = "Rua da Maria, 123"
KEY = AccessKey("35261112ABC34501DE35650010000001231123456780")


async def live_through_a_day(shop: Shop) -> None:
    """Let everything happen; purchase prices, clients and addresses are the constants above."""
    await hire(shop, "ana")
    cook = await hire(shop, "bia")
    acai = await stocked(shop, 9, name="Açaí 500ml", purchase_price=COST, minimum=Quantity.of(5))
    await shop.move_stock(
        shop.administrator,
        MoveStockCommand(
            product_id=acai,
            quantity=Quantity.of("0.5"),
            purchase_price=DEARER,
        ),
    )
    change = UpdateProductCommand(product_id=acai, sale_price=Money.of("12.50"))
    await shop.update_product(shop.administrator, change)
    granola = await stocked(shop, 3, name="Granola", purchase_price=COST)
    await shop.remove_product(shop.administrator, granola)

    client = (
        await shop.register_client(
            shop.operator, RegisterClientCommand(person=a_well_known_person())
        )
    ).receipt.id
    await shop.update_client(
        shop.operator, UpdateClientCommand(client_id=client, name="Maria Silva Santos")
    )
    price = Money.of("12.50")
    sale = await sold(shop, acai, unit_price=price, client_id=client, payment=PaymentMethod.PIX)
    await shop.cancel_sale(
        shop.operator, CancelSaleCommand(sale_id=sale, reason="Cliente desistiu")
    )
    number = await ordered(
        shop,
        line(acai, 5, price),
        client_id=client,
        notes="Sem açúcar",
        delivery=Delivery(kind=DeliveryKind.DOOR, address=STREET, minutes=30),
    )
    await shop.change_order_status(
        shop.operator, ChangeOrderStatusCommand(order_id=number, status=OrderStatus.PREPARING)
    )
    await shop.record_fiscal_answer(
        shop.operator,
        FiscalAnswer(
            order_id=number,
            uuid="f3a1c5d2-7f0e-4c57-9d5e-2b8a0e6c1d34",
            status=FiscalStatus.APPROVED,
            reason="Autorizado o uso da NF-e",
            number="123",
            series="1",
            model="65",
            receipt="135260000000001",
            access_key=KEY,
        ),
    )
    await shop.remove_client(shop.administrator, client)
    stranger = RegisterClientCommand(person=a_person(cpf=cpf_number(8)))
    unused = (await shop.register_client(shop.operator, stranger)).receipt.id
    await shop.remove_client(shop.administrator, unused)

    settings = (
        Setting(parameter_id=ParameterId(1), bit=True),
        Setting(parameter_id=ParameterId(2), value=3),
        Setting(parameter_id=ParameterId(6), value="Açaí da Praça"),
    )
    await shop.update_parameters(shop.administrator, UpdateParametersCommand(settings=settings))

    await _talk(shop, cook)
    await shop.raise_alert(
        Actor.system(),
        RaiseAlertCommand(
            code="RELAY_LAG", sentence="Os eventos estão atrasados", level=Level.URGENT
        ),
    )


async def _talk(shop: Shop, cook: Actor) -> None:
    told = "Falta açaí na câmara"
    to_cook = NotifyCommand(text=told, title="Câmara fria", user_id=cook.user_id)
    await shop.notify(shop.operator, to_cook)
    await shop.notify(shop.operator, NotifyCommand(text=told, client_kind=ClientKind.KITCHEN))
    await shop.notify(shop.administrator, NotifyCommand(text="Fechamos às dez", everybody=True))
    session = await session_of(shop, await enter(shop, "bia"))
    await shop.sign_out(
        session.actor,
        SignOutCommand(token_id=session.token_id, expires_at=session.expires_at),
    )
    await shop.update_user(
        shop.administrator, UpdateUserCommand(user_id=cook.user_id, role="Cozinheira")
    )
    await shop.end_sessions(shop.administrator, cook.user_id)
    await shop.remove_user(shop.administrator, cook.user_id)


def as_stored(event: DomainEvent, offset: int = 1) -> StoredEvent:
    """Return the event as the stream gives it back."""
    return StoredEvent(
        offset=offset,
        event_id=f"{offset:032x}",
        topic=event.topic,
        name=event.name,
        aggregate_id=event.aggregate_id,
        payload=dump(event),
        at=event.occurred_at,
    )
