"""List orders."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import final

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.queries import OrderFilter, OrderQueries, OrderView
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrdersQuery:
    """Which orders are wanted, by the moment they were placed."""

    since: date | datetime | None = None
    until: date | datetime | None = None
    status: OrderStatus | None = None
    client_id: ClientId | None = None
    page: PageRequest = field(default_factory=PageRequest)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrders:
    """Look through the orders, newest first.

    Raises:
        AccessDenied: the actor may not see orders.
        InvalidInput: the period ends before it begins.
    """

    queries: OrderQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, query: ListOrdersQuery) -> Page[OrderView]:
        actor.require(Permission.SEE_ORDERS)
        rules = await self.rules.read()
        wanted = OrderFilter(
            period=Period.between(query.since, query.until, rules.time_zone),
            status=query.status,
            client_id=query.client_id,
        )
        return await self.queries.list_orders(wanted, query.page)
