"""What every event has, and that what was written of it before stays readable."""

from datetime import UTC, datetime

import pytest

from cashhaven_domain.orders.events import OrderCreated, OrderFiscalUpdated, OrderStatusChanged
from cashhaven_domain.parameters.events import ParameterChanged
from cashhaven_domain.sales.events import SaleCancelled, SaleRegistered
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.record import dump, from_data, load

OF_FORMER_VERSIONS: list[tuple[type[DomainEvent], str]] = [
    (
        OrderCreated,
        '{"client_id":null,"delivery":"retirada","items":[{"list_price":"12.00","product_id":1,'
        '"quantity":"1","unit_price":"12.00"}],"occurred_at":"2024-01-15T10:00:00+00:00",'
        '"operator_id":8,"order_id":1,"status":"recebido","total":"12.00"}',
    ),
    (
        OrderStatusChanged,
        '{"before":"recebido","occurred_at":"2024-01-15T10:00:00+00:00","order_id":1,'
        '"status":"em_preparo","stock_returned":null,"user_id":8}',
    ),
    (
        OrderFiscalUpdated,
        '{"occurred_at":"2024-01-15T10:00:00+00:00","order_id":1,"status":"aprovado","uuid":"a"}',
    ),
    (
        SaleRegistered,
        '{"client_id":null,"list_price":"12.00","occurred_at":"2024-01-15T10:00:00+00:00",'
        '"operator_id":8,"payment":"pix","product_id":1,"quantity":"0.35","sale_id":1,'
        '"total":"4.20","unit_price":"12.00"}',
    ),
    (
        SaleCancelled,
        '{"occurred_at":"2024-01-15T10:00:00+00:00","product_id":1,"quantity":"1","sale_id":1,'
        '"stock_returned":true,"total":"12.00","user_id":8}',
    ),
    (
        ParameterChanged,
        '{"changed_by":1,"occurred_at":"2024-01-15T10:00:00+00:00","parameter":"whatsapp",'
        '"parameter_id":1,"value":"1"}',
    ),
]


def test_an_event_that_does_not_say_what_it_happened_to_is_a_mistake():
    with pytest.raises(AssertionError, match="DomainEvent names no aggregate"):
        _ = DomainEvent(occurred_at=datetime(2024, 1, 15, tzinfo=UTC)).aggregate_id


@pytest.mark.parametrize(
    ("kind", "payload"), OF_FORMER_VERSIONS, ids=[kind.name for kind, _ in OF_FORMER_VERSIONS]
)
def test_what_a_former_version_wrote_of_an_event_is_still_read(kind, payload):
    event = from_data(kind, load(payload))

    assert event.aggregate_id == 1
    assert from_data(kind, load(dump(event))) == event
