"""An order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.errors import WrongOrderStatus
from cashhaven_domain.orders.events import OrderCreated, OrderedItem, OrderStatusChanged
from cashhaven_domain.orders.status import OrderStatus, may_follow
from cashhaven_domain.orders.terms import Delivery, OrderId, OrderLine, OrderTerms, Payment
from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import InsufficientStock
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """So much of a product in an order; name, list price and cost are those of its moment."""

    product_id: ProductId
    product_name: str
    quantity: Quantity
    unit_price: Money
    list_price: Money
    total: Money
    average_cost: UnitCost

    @classmethod
    def of(cls, line: OrderLine, product: Product) -> Self:
        """Return the item that the line orders."""
        return cls(
            product_id=product.id,
            product_name=product.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            list_price=product.sale_price,
            total=line.unit_price.times(line.quantity),
            average_cost=product.average_cost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStep:
    """A state that an order came to, when and by whom."""

    status: OrderStatus
    at: datetime
    user_id: UserId


@dataclass(slots=True, eq=False, kw_only=True)
class Order(Aggregate):
    """Several products for one client; its id is the number that is called out in the shop."""

    id: OrderId
    status: OrderStatus
    client_id: ClientId | None
    items: tuple[OrderItem, ...]
    total: Money
    notes: str | None = field(repr=False)
    payments: tuple[Payment, ...]
    delivery: Delivery | None
    operator_id: UserId
    operation_key: str | None
    created_at: datetime
    history: list[OrderStep]
    _new_steps: list[OrderStep] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def place(
        cls,
        order_id: OrderId,
        terms: OrderTerms,
        products: Mapping[ProductId, Product],
        *,
        operation_key: str | None,
        by: UserId,
        at: datetime,
    ) -> Self:
        """Take the order and its goods. Whatever is refused has changed nothing.

        Raises:
            InsufficientStock: there is less of some products; all of them are named.
        """
        quantities = _taken(terms.items, products)
        order = cls(
            id=order_id,
            status=OrderStatus.RECEIVED,
            client_id=terms.client_id,
            items=tuple([OrderItem.of(line, products[line.product_id]) for line in terms.items]),
            total=terms.total,
            notes=terms.notes,
            payments=terms.payments or (),
            delivery=terms.delivery,
            operator_id=by,
            operation_key=operation_key,
            created_at=at,
            history=[],
        )
        origin = order.origin
        for product_id, quantity in quantities.items():
            products[product_id].sell(quantity, origin=origin, by=by, at=at)
        order._note_step(by, at)
        order.record(
            OrderCreated(
                occurred_at=at,
                order_id=order_id,
                status=order.status.value,
                items=tuple(
                    [
                        OrderedItem(
                            product_id=item.product_id,
                            quantity=item.quantity,
                            unit_price=item.unit_price,
                            list_price=item.list_price,
                            product_name=item.product_name,
                            total=item.total,
                        )
                        for item in order.items
                    ]
                ),
                total=order.total,
                client_id=order.client_id,
                delivery=None if order.delivery is None else order.delivery.kind.value,
                operator_id=by,
                notes=order.notes,
                expected_at=order.expected_at,
            )
        )
        return order

    def move_to(self, status: OrderStatus, *, actor: Actor, at: datetime) -> None:
        """Go on to the next state.

        Raises:
            WrongOrderStatus: that is not the next one.
        """
        assert status is not OrderStatus.CANCELLED
        self._step(status, actor=actor, at=at)

    def cancel(
        self,
        products: Mapping[ProductId, Product],
        *,
        goods_are_whole: bool,
        actor: Actor,
        at: datetime,
    ) -> None:
        """Give the order up. Its goods return to the shelf when nobody has begun to prepare them.

        Prepared goods are booked as lost, unless somebody says that they are whole.

        Raises:
            WrongOrderStatus: it was cancelled before, or delivered and the actor may not.
        """
        returned = self.status is OrderStatus.RECEIVED or goods_are_whole
        self._step(OrderStatus.CANCELLED, actor=actor, at=at, returned=returned)
        for product_id, quantity in _quantities(_merged(self.items)).items():
            products[product_id].put_back(
                quantity,
                lost=not returned,
                origin=self.origin,
                by=actor.user_id,
                at=at,
            )

    @property
    def origin(self) -> Origin:
        """How the ledger names the order."""
        return Origin(OriginKind.ORDER, self.id)

    @property
    def expected_at(self) -> datetime | None:
        """When the goods were promised."""
        if self.delivery is None or self.delivery.minutes is None:
            return None
        return self.created_at + timedelta(minutes=self.delivery.minutes)

    @property
    def new_steps(self) -> tuple[OrderStep, ...]:
        """The steps since it was loaded; storages write them when they save."""
        return tuple(self._new_steps)

    def forget_changes(self) -> None:
        """Start anew after the changes were stored; storages call it when they have saved."""
        self._new_steps.clear()

    def _step(
        self, status: OrderStatus, *, actor: Actor, at: datetime, returned: bool | None = None
    ) -> None:
        may_cancel_delivered = actor.may(Permission.CANCEL_DELIVERED_ORDERS)
        if not may_follow(self.status, status, may_cancel_delivered=may_cancel_delivered):
            raise WrongOrderStatus(self.status, status)
        before, self.status = self.status, status
        self._note_step(actor.user_id, at)
        self.record(
            OrderStatusChanged(
                occurred_at=at,
                order_id=self.id,
                before=before.value,
                status=status.value,
                stock_returned=returned,
                user_id=actor.user_id,
                version=self.version_when_saved,
            )
        )

    def _note_step(self, by: UserId, at: datetime) -> None:
        step = OrderStep(status=self.status, at=at, user_id=by)
        self.history.append(step)
        self._new_steps.append(step)


def _taken(
    lines: Iterable[OrderLine], products: Mapping[ProductId, Product]
) -> dict[ProductId, Quantity]:
    wanted = _merged(lines)
    shortages = [
        products[product_id].shortage()
        for product_id, thousandths in wanted.items()
        if thousandths > products[product_id].balance.thousandths
    ]
    if shortages:
        raise InsufficientStock(shortages)
    return _quantities(wanted)


def _merged(lines: Iterable[OrderLine | OrderItem]) -> dict[ProductId, int]:
    """Return the thousandths of each product; of a wish they may be more than a quantity holds."""
    wanted: dict[ProductId, int] = {}
    for line in lines:
        wanted[line.product_id] = wanted.get(line.product_id, 0) + line.quantity.thousandths
    return wanted


def _quantities(merged: Mapping[ProductId, int]) -> dict[ProductId, Quantity]:
    return {product_id: Quantity.of_thousandths(count) for product_id, count in merged.items()}
