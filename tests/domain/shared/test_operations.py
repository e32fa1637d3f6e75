import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest

from cashhaven_domain.orders.terms import Delivery, DeliveryKind, OrderLine, Payment
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Operation, OperationKey
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId

ACTOR = Actor(user_id=UserId(1), name="Ana")
COMMAND = PlaceOrderCommand(
    items=(
        OrderLine(
            product_id=ProductId(7), quantity=Quantity.of("0.350"), unit_price=Money.of("49.90")
        ),
        OrderLine(product_id=ProductId(8), quantity=Quantity.of(2), unit_price=Money.of(5)),
    ),
    total=Money(Decimal("27.47")),
    notes="sem açúcar",
    payments=(Payment(method=PaymentMethod.PIX, amount=Money.of("27.47")),),
    delivery=Delivery(kind=DeliveryKind.DOOR, address="Rua das Flores, 7", minutes=40),
    operation_key=OperationKey("k-1"),
)
TEXT = (
    '["order.place",{"client_id":null,"delivery":{"address":"Rua das Flores, 7","kind":"entrega",'
    '"minutes":40},"items":[{"product_id":7,"quantity":"0.35","unit_price":"49.90"},{"product_id"'
    ':8,"quantity":"2","unit_price":"5.00"}],"notes":"sem açúcar","number":null,"payments":[{"amou'
    'nt":"27.47","method":"pix"}],"total":"27.47"}]'
)
"""What running shops have kept fingerprints of."""


def test_the_fingerprint_of_a_request_never_changes():
    operation = Operation.of(ACTOR, "order.place", COMMAND)
    assert operation is not None
    assert operation.fingerprint == hashlib.sha256(TEXT.encode()).digest()


@pytest.mark.parametrize("key", ["k-2", "k" * 255])
def test_the_key_is_no_part_of_the_fingerprint(key):
    first = Operation.of(ACTOR, "order.place", COMMAND)
    other = Operation.of(ACTOR, "order.place", replace(COMMAND, operation_key=OperationKey(key)))
    assert first is not None
    assert other is not None
    assert first.fingerprint == other.fingerprint
    assert first != other
