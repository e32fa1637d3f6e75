"""A month at the counter of the example shop, hour by hour."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.demo.catalogue import Article
from cashhaven_app.demo.habits import TILL_HOURS, Habits
from cashhaven_app.demo.papers import answers_about
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.status import NEXT, OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.move_stock import Handling, MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand

ZONE = ZoneInfo("America/Sao_Paulo")
DAYS = 30
OPENS, CLOSES = 9, 20
BUSY_HOURS = {11: 2, 13: 5, 17: 6, 19: 3}
ORDERS_AN_HOUR = 0.45
MINUTES = (2, 9, 6)
"""How long an order waits, is prepared, and lies ready, about."""
PRICE_ROUND = 14
"""On which day some prices rise."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works in the shop."""

    manager: Actor
    operators: tuple[Actor, ...]


def morning_of(moment: datetime) -> datetime:
    """Return when the shop was opened on that day."""
    return datetime.combine(moment.astimezone(ZONE).date(), time(OPENS), tzinfo=ZONE)


class Month:
    """What happens in the shop until now; chance is a dice that always falls in the same way."""

    def __init__(
        self,
        use_cases: Any,  # noqa: ANN401  # the container's, each by its name
        clock: SettableClock,
        staff: Staff,
        products: Mapping[ProductId, Article],
        clients: Sequence[ClientId],
        chance: random.Random,
    ) -> None:
        self._do = use_cases
        self._clock = clock
        self._staff = staff
        self._products = products
        self._chance = chance
        self._habits = Habits(products, clients, chance)
        self.sales = self.orders = 0

    async def live(self, *, until: datetime) -> None:
        """Let the days pass."""
        first = self._clock.now()
        for day in range(DAYS + 1):
            morning = morning_of(first + timedelta(days=day))
            if morning > until:
                break
            self._clock.set(morning)
            if day < DAYS - 2:  # some shelves may look empty today
                await self._fill_shelves()
            if day == PRICE_ROUND:
                await self._raise_prices()
            for hour in range(OPENS, CLOSES):
                end = morning + timedelta(hours=hour - OPENS + 1)
                if end > until:
                    break
                if self._chance.random() < ORDERS_AN_HOUR:
                    self._clock.set(end - timedelta(minutes=self._chance.randint(30, 58)))
                    await self._take_order(is_last=end + timedelta(hours=3) > until)
                self._clock.set(end)
                if (hour - OPENS) % TILL_HOURS == TILL_HOURS - 1:
                    await self._sell(self._chance.randint(6, 9) + BUSY_HOURS.get(hour, 0))

    async def _fill_shelves(self) -> None:
        low = await self._do.list_low_stock()(self._staff.manager, PageRequest())
        for product in low.items:
            article = self._products[product.id]
            await self._do.move_stock()(
                self._staff.manager,
                MoveStockCommand(
                    product_id=product.id,
                    quantity=article.delivery,
                    handling=Handling.DELIVERY,
                    purchase_price=article.bought,
                ),
            )

    async def _raise_prices(self) -> None:
        for product_id in list(self._products)[:3]:
            price = self._habits.prices[product_id] + Money.of("1.00")
            await self._do.update_product()(
                self._staff.manager, UpdateProductCommand(product_id=product_id, sale_price=price)
            )
            self._habits.prices[product_id] = price

    async def _sell(self, times: int) -> None:
        operator = self._chance.choice(self._staff.operators)
        commands = [self._habits.sale(self._clock.now()) for _ in range(times)]
        sold = await self._do.register_sales()([(operator, command) for command in commands])
        done = [each.receipt for each in sold if not isinstance(each, DomainError)]
        self.sales += len(done)
        if done and self._chance.random() < 0.02:
            await self._do.cancel_sale()(
                self._staff.manager,
                CancelSaleCommand(sale_id=done[0].id, reason="Cliente desistiu"),
            )

    async def _take_order(self, *, is_last: bool) -> None:
        command = self._habits.order()
        operator = self._chance.choice(self._staff.operators)
        (placed,) = await self._do.place_orders()([(operator, command)])
        if not isinstance(placed, DomainError):
            self.orders += 1
            await self._serve(placed.receipt.id, steps=self._chance.randint(0, 2) if is_last else 3)

    async def _serve(self, order_id: OrderId, *, steps: int) -> None:
        """Prepare and hand over the order; the last ones of the month are still on their way."""
        if self._chance.random() < 0.03:
            await self._change(order_id, OrderStatus.CANCELLED)
            return
        status = OrderStatus.RECEIVED
        for minutes in MINUTES[:steps]:
            self._clock.advance(timedelta(minutes=self._chance.randint(1, 2 * minutes)))
            status = NEXT[status]
            await self._change(order_id, status)
        if status is OrderStatus.DELIVERED:
            for answer in answers_about(order_id, self._clock.now(), self._chance):
                await self._do.record_fiscal_answer()(self._staff.operators[0], answer)

    async def _change(self, order_id: OrderId, status: OrderStatus) -> None:
        await self._do.change_order_status()(
            self._staff.operators[0], ChangeOrderStatusCommand(order_id=order_id, status=status)
        )
