"""Reserve an order's number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.ports import OrdersUnitOfWork
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock, NumberSequence


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveOrderNumber:
    """Give out a number that nobody else ever gets, for an order to come.

    Raises:
        AccessDenied: the actor may not take orders.
    """

    new_uow: Callable[[], OrdersUnitOfWork]
    numbers: NumberSequence
    clock: Clock

    async def __call__(self, actor: Actor) -> OrderId:
        actor.require(Permission.TAKE_ORDERS)
        (taken,) = await self.numbers.take()
        number = OrderId(taken)
        async with self.new_uow() as uow:
            await uow.order_numbers.hand_out(number, by=actor.user_id, at=self.clock.now())
            await uow.commit()
        return number
