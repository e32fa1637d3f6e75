"""What people buy in the example shop, and how they pay."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from cashhaven_app.demo.catalogue import Article
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.terms import Delivery, DeliveryKind, OrderLine, Payment
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.product import ProductId

TILL_HOURS = 2
"""After so many hours the till hands in its sales, together: it was out of reach of the network."""
WEIGHTS = tuple(Quantity(Decimal(grams) / 1000) for grams in range(180, 760, 35))
NOTES = ("", "", "", "Sem granola", "Sem açúcar", "Para viagem", "Com duas colheres")
PAYMENTS = (
    (PaymentMethod.PIX,) * 5
    + (PaymentMethod.CREDIT,) * 3
    + (
        PaymentMethod.DEBIT,
        PaymentMethod.DEBIT,
        PaymentMethod.CASH,
    )
)


class Habits:
    """Draws what is asked for next; `prices` are those of the moment."""

    def __init__(
        self,
        products: Mapping[ProductId, Article],
        clients: Sequence[ClientId],
        chance: random.Random,
    ) -> None:
        self.prices = {product_id: article.sold for product_id, article in products.items()}
        self._products = products
        self._ids = list(products)
        self._popularity = [article.popularity for article in products.values()]
        self._clients = clients
        self._chance = chance

    def sale(self, now: datetime) -> RegisterSaleCommand:
        """Return a sale over the counter of the last hours."""
        product_id, quantity = self._pick()
        ended = now - timedelta(minutes=self._chance.randint(1, 60 * TILL_HOURS - 2))
        return RegisterSaleCommand(
            product_id=product_id,
            unit_price=self.prices[product_id],
            quantity=quantity,
            began_at=ended - timedelta(seconds=self._chance.randint(20, 150)),
            ended_at=ended,
            payment=self._chance.choice(PAYMENTS),
        )

    def order(self) -> PlaceOrderCommand:
        """Return an order of one of the clients."""
        lines = tuple(
            OrderLine(product_id=product_id, quantity=quantity, unit_price=self.prices[product_id])
            for product_id, quantity in (self._pick() for _ in range(self._chance.randint(1, 4)))
        )
        total = Money.total(line.unit_price.times(line.quantity) for line in lines)
        kind = self._chance.choice(tuple(DeliveryKind))
        return PlaceOrderCommand(
            items=lines,
            total=total,
            client_id=self._chance.choice(self._clients),
            notes=self._chance.choice(NOTES) or None,
            payments=(Payment(method=self._chance.choice(PAYMENTS), amount=total),),
            delivery=Delivery(
                kind=kind,
                address="Rua das Acácias, 100" if kind is DeliveryKind.DOOR else None,
                minutes=self._chance.choice((20, 30, 45)),
            ),
        )

    def _pick(self) -> tuple[ProductId, Quantity]:
        (product_id,) = self._chance.choices(self._ids, self._popularity)
        if self._products[product_id].unit is Unit.KILOGRAM:
            return product_id, self._chance.choice(WEIGHTS)
        return product_id, Quantity.of(self._chance.choice((1, 1, 1, 2)))
