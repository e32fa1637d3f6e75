"""Reading the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.stock.errors import ProductNotFound
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import MovementView, ProductQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMovementsQuery:
    """Of one product or of all; from and until a day of the shop (meant whole) or an instant."""

    product_id: ProductId | None = None
    since: date | datetime | None = None
    until: date | datetime | None = None
    page: PageRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListMovements:
    """Show every change of balances with its reason, newest first, of removed products too.

    Raises:
        AccessDenied: only those who keep the stock may.
        InvalidInput: the period ends before it begins.
        ProductNotFound: there never was such a product.
    """

    queries: ProductQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, query: ListMovementsQuery) -> Page[MovementView]:
        actor.require(Permission.KEEP_STOCK)
        rules = await self.rules.read()
        period = Period.between(query.since, query.until, rules.time_zone)
        if query.product_id is not None and not await self.queries.has_existed(query.product_id):
            raise ProductNotFound(query.product_id)
        return await self.queries.list_movements(query.product_id, period, query.page)
