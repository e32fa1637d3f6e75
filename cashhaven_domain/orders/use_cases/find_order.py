"""Find an order."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.queries import OrderQueries, OrderView
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.access import Actor, Permission


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FindOrder:
    """Look at one order.

    Raises:
        AccessDenied: the actor may not see orders.
        OrderNotFound: there is none.
    """

    queries: OrderQueries

    async def __call__(self, actor: Actor, order_id: OrderId) -> OrderView:
        actor.require(Permission.SEE_ORDERS)
        return await self.queries.get(order_id)
