"""List sales."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.sales.queries import SaleFilter, SaleQueries, SaleView
from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.stock.product import ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSalesQuery:
    """Which sales are wanted, by the moment they were registered."""

    since: date | datetime | None = None
    until: date | datetime | None = None
    product_id: ProductId | None = None
    operator_id: UserId | None = None
    page: PageRequest = field(default_factory=PageRequest)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListSales:
    """Look through the sales, newest first.

    Raises:
        AccessDenied: the actor may not see sales.
        InvalidInput: the period ends before it begins.
    """

    queries: SaleQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, query: ListSalesQuery) -> Page[SaleView]:
        actor.require(Permission.SEE_SALES)
        rules = await self.rules.read()
        wanted = SaleFilter(
            period=Period.between(query.since, query.until, rules.time_zone),
            product_id=query.product_id,
            operator_id=query.operator_id,
        )
        return await self.queries.list_sales(wanted, query.page)
