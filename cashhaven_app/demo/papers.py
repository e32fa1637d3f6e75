"""What the fiscal issuer answers about the example shop's orders."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime

from cashhaven_domain.orders.access_key import AccessKey, check_digit
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.terms import OrderId

ISSUER = "11222333000181"
"""A number with right check digits, from examples."""


def answers_about(order_id: OrderId, at: datetime, chance: random.Random) -> Sequence[FiscalAnswer]:
    """Return the answers about one order: none, a rejection, or processing and then approval."""
    if chance.random() < 0.4:
        return ()
    name = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    if chance.random() < 0.05:
        return (
            FiscalAnswer(
                order_id=order_id,
                uuid=name,
                status=FiscalStatus.REJECTED,
                reason="Rejeição: NCM inexistente",
                model="65",
            ),
        )
    number = f"{order_id:09d}"
    start = f"35{at:%y%m}{ISSUER}65001{number}1{chance.randrange(10**8):08d}"
    approved = FiscalAnswer(
        order_id=order_id,
        uuid=name,
        status=FiscalStatus.APPROVED,
        reason="Autorizado o uso da NF-e",
        number=str(order_id),
        series="1",
        model="65",
        access_key=AccessKey(start + check_digit(start)),
    )
    if chance.random() < 0.8:
        return (approved,)
    asked = FiscalAnswer(order_id=order_id, uuid=name, status=FiscalStatus.PROCESSING, model="65")
    return (asked, approved)
