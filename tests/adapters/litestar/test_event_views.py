"""Events on the wire: as REST shows the same things, and nothing that is not for everybody."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.litestar.schemas.events import WIRE_EVENTS, wire_data
from cashhaven_adapters.litestar.schemas.fiscal import FiscalDocumentOut
from cashhaven_adapters.litestar.schemas.orders import OrderOut
from cashhaven_adapters.litestar.schemas.parameters import ParameterOut
from cashhaven_adapters.litestar.schemas.sales import SaleLineOut
from cashhaven_adapters.litestar.schemas.stock import ProductOut
from cashhaven_adapters.litestar.wire import encode
from cashhaven_app.testing import open_shop
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from tests.architecture.code import all_classes
from tests.support.clients import a_well_known_person, an_address
from tests.support.eventful_day import COST, DEARER, KEY, STREET, as_stored, live_through_a_day
from tests.support.selling import known_client, line, ordered, set_parameter, sold, stocked

UNTOLD = {
    "client.anonymised",
    "client.changed",
    "client.registered",
    "client.removed",
    "user.changed",
    "user.registered",
    "user.removed",
    "user.sessions_ended",
    "user.token_ended",
}
NOON = "2024-01-15T10:00:00Z"


@pytest.fixture
def shop():
    return open_shop()


def read(text):
    return json.loads(text, parse_float=Decimal)


def shown(event):
    data = wire_data(as_stored(event))
    return None if data is None else read(encode(data))


def told(shop, name):
    return [shown(event) for event in shop.events if event.name == name]


def parts_of(content):
    """Every name and every value, however deep."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from parts_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from parts_of(value)
    else:
        yield content


async def test_every_event_of_the_domain_happens_in_a_day_and_is_shown_or_is_known_not_to_be(shop):
    await live_through_a_day(shop)
    names = {kind.name for kind in all_events()}
    assert {event.name for event in shop.events} == names
    assert {event.name for event in shop.events if shown(event) is None} == UNTOLD
    assert {kind.event.name for kind in WIRE_EVENTS} == names - UNTOLD


def all_events():
    kinds = [kind for kind in all_classes("cashhaven_domain") if issubclass(kind, DomainEvent)]
    return [kind for kind in kinds if not kind.__subclasses__()]


async def test_nothing_that_only_some_may_know_is_shown(shop):
    await live_through_a_day(shop)
    person = a_well_known_person()
    address = an_address()
    hidden = {
        *("compra", "custo", "custo_medio", "margem", "lucro", "preco_tabela", "cpf", "telefone"),
        *("endereco", "email", "nascimento", "senha", "token_id", "average_cost", "list_price"),
    }
    canaries = [
        *(str(COST.amount), str(DEARER.amount), STREET, address.street, address.cep.digits),
        *(person.cpf.digits, str(person.cpf), str(person.phone), person.phone.e164, person.name),
        *("Maria Silva Santos", str(person.email), "1990-05-20"),
    ]
    for event in shop.events:
        data = shown(event)
        parts = [str(part) for part in parts_of(data)]
        assert [part for part in parts if part in hidden] == []
        assert [c for c in canaries if any(c in part for part in parts)] == []


async def test_a_new_order_looks_as_in_the_list_of_orders(shop):
    product = await stocked(shop, 10, name="Açaí 500ml")
    view = await shop.find_order(
        shop.operator,
        await ordered(
            shop,
            line(product, "0.35"),
            line(product, 2),
            client_id=await known_client(shop),
            notes="Sem açúcar",
            delivery=Delivery(kind=DeliveryKind.DOOR, address=STREET, minutes=30),
        ),
    )
    (order,) = told(shop, "order.created")
    listed = read(encode(OrderOut.of_order(view)))
    assert order.pop("entrega") == {"tipo": "entrega"}
    assert order == {name: listed[name] for name in order}
    assert order.keys() == listed.keys() - {"pagamentos", "historico", "fiscal", "entrega"}
    assert order["previsao"] == "2024-01-15T10:30:00Z"
    assert str(order["items"][0]["quantidade"]) == "0.35"


async def test_an_order_without_any_extras_is_shown_too(shop):
    await ordered(shop, line(await stocked(shop)))
    (order,) = told(shop, "order.created")
    nothing = {"cliente_id", "observacoes", "entrega", "previsao"}
    assert {name for name, value in order.items() if value is None} == nothing


async def test_a_sale_looks_as_in_the_list_of_sales(shop):
    product = await stocked(shop, 10, name="Açaí 500ml")
    client = await known_client(shop)
    parts = {"client_id": client, "payment": PaymentMethod.PIX, "quantity": Quantity.of("1.5")}
    sale_id = await sold(shop, product, **parts)
    (sale,) = told(shop, "sale.registered")
    query = ListSalesQuery(page=PageRequest())
    (view,) = (await shop.list_sales(shop.operator, query)).items
    assert sale.pop("produto") == "Açaí 500ml"
    assert sale == read(encode(SaleLineOut.of(view)))

    await shop.cancel_sale(shop.operator, CancelSaleCommand(sale_id=sale_id, reason="Desistiu"))
    (view,) = (await shop.list_sales(shop.operator, query)).items
    (cancelled,) = told(shop, "sale.cancelled")
    listed = read(encode(SaleLineOut.of(view)))
    assert cancelled.pop("produto") == "Açaí 500ml"
    assert cancelled.pop("estoque_devolvido") is True
    assert cancelled == {name: listed[name] for name in cancelled}
    assert cancelled.keys() == {"id", "produto_id", "quantidade", "total", "cancelada"}


async def test_a_fiscal_document_looks_as_in_the_panel(shop):
    number = await ordered(shop, line(await stocked(shop)))
    answer = FiscalAnswer(
        order_id=number, uuid="a-1", status=FiscalStatus.APPROVED, number="123", access_key=KEY
    )
    document = (await shop.record_fiscal_answer(shop.operator, answer)).document
    expected = read(encode(FiscalDocumentOut.of_document(document)))
    assert told(shop, "order.fiscal_updated") == [expected]


async def test_a_product_looks_as_everybody_sees_it_in_the_list(shop):
    product = await stocked(shop, 4, name="Açaí 500ml", minimum=Quantity.of("4.5"))
    (card,) = told(shop, "stock.product_changed")
    view = await shop.find_product(shop.operator, product)
    assert card.pop("mudanca") == "incluido"
    assert card == read(encode(ProductOut.of(view)))
    assert card["estoque_baixo"] is True


async def test_where_the_shops_minimum_decides_a_card_does_not_say_what_is_low(shop):
    await stocked(shop, 4)
    (card,) = told(shop, "stock.product_changed")
    assert card["minimo"] is None
    assert "estoque_baixo" not in card


@pytest.mark.parametrize(
    ("number", "value"),
    [(1, {"bit": True}), (2, {"value": Decimal("2.5")}), (6, {"value": "X"}), (8, {"value": 7})],
)
async def test_a_parameter_looks_as_in_the_list(shop, number, value):
    await set_parameter(shop, number, **value)
    (parameter,) = told(shop, "param.changed")
    views = {view.id: view for view in await shop.list_parameters(shop.operator)}
    listed = read(encode(ParameterOut.of(views[number])))
    assert parameter.pop("usuario_id") == shop.administrator.user_id
    assert parameter == {name: listed[name] for name in parameter}
    assert parameter.keys() == {"id", "parametro", "valor", "bit", "versao"}


async def test_the_others_have_what_the_contract_names(shop):
    await live_through_a_day(shop)
    assert told(shop, "stock.balance_changed")[0] == {
        "itens": [{"produto_id": 1, "saldo": Decimal("9.5"), "estoque_baixo": False}]
    }
    assert told(shop, "stock.low") == [
        {
            "produto_id": 1,
            "produto": "Açaí 500ml",
            "saldo": Decimal("4.5"),
            "minimo": 5,
            "unidade": "un",
        }
    ]
    assert told(shop, "order.status_changed") == [
        {
            "id": 1,
            "pedido": 1,
            "anterior": "recebido",
            "status": "em_preparo",
            "estoque_devolvido": None,
            "usuario_id": 9002,
            "em": NOON,
            "versao": 2,
        }
    ]
    assert told(shop, "system.alert") == [
        {
            "codigo": "RELAY_LAG",
            "mensagem": "Os eventos estão atrasados",
            "nivel": "urgente",
        }
    ]
    to_cook, to_kitchen, to_all = told(shop, "notification")
    assert to_cook == {
        "texto": "Falta açaí na câmara",
        "titulo": "Câmara fria",
        "nivel": "info",
        "de": {"id": 9002, "nome": "Operadora"},
        "para": {"usuario_id": 2, "cliente": None, "todos": False},
    }
    assert to_kitchen["para"] == {"usuario_id": None, "cliente": "cozinha", "todos": False}
    assert to_all["para"] == {"usuario_id": None, "cliente": None, "todos": True}
    cards = [card["mudanca"] for card in told(shop, "stock.product_changed")]
    assert cards == ["incluido", "alterado", "alterado", "incluido", "removido"]


async def test_what_nobody_here_knows_is_not_shown(shop):
    await sold(shop, await stocked(shop))
    stored = as_stored(shop.events[-1])
    assert wire_data(replace(stored, name="stock.invented")) is None
    assert wire_data(replace(stored, topic="user")) is None


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"balances":1}'])
async def test_one_that_cannot_be_read_is_logged_and_keeps_the_others_from_nobody(shop, payload):
    await sold(shop, await stocked(shop))
    (event,) = (event for event in shop.events if event.name == "stock.balance_changed")
    with capture_logs() as logs:
        assert wire_data(replace(as_stored(event), payload=payload)) is None
    assert [(entry["event"], entry["name"]) for entry in logs] == [
        ("event_not_readable", "stock.balance_changed")
    ]


FORMER = {
    "order.created": '{"client_id":null,"delivery":"retirada","items":[{"list_price":"12.00",'
    '"product_id":1,"quantity":"1","unit_price":"12.00"}],"operator_id":8,"order_id":1,'
    '"status":"recebido","total":"12.00","occurred_at":"2024-01-15T10:00:00+00:00"}',
    "order.status_changed": '{"before":"recebido","occurred_at":"2024-01-15T10:00:00+00:00",'
    '"order_id":1,"status":"em_preparo","stock_returned":null,"user_id":8}',
    "order.fiscal_updated": '{"occurred_at":"2024-01-15T10:00:00+00:00","order_id":1,'
    '"status":"aprovado","uuid":"a"}',
    "sale.registered": '{"client_id":null,"list_price":"12.00","operator_id":8,"payment":"pix",'
    '"product_id":1,"quantity":"0.35","sale_id":1,"total":"4.20","unit_price":"12.00",'
    '"occurred_at":"2024-01-15T10:00:00+00:00"}',
    "sale.cancelled": '{"occurred_at":"2024-01-15T10:00:00+00:00","product_id":1,"quantity":"1",'
    '"sale_id":1,"stock_returned":true,"total":"12.00","user_id":8}',
    "param.changed": '{"changed_by":1,"occurred_at":"2024-01-15T10:00:00+00:00",'
    '"parameter":"futuro","parameter_id":999,"value":"1"}',
}


@pytest.mark.parametrize("name", FORMER)
async def test_what_another_version_wrote_is_shown_as_far_as_it_goes(shop, name):
    await live_through_a_day(shop)
    event = next(event for event in shop.events if event.name == name)
    data = wire_data(replace(as_stored(event), payload=FORMER[name]))
    assert data is not None
    assert read(encode(data)).keys() == told(shop, name)[0].keys()
