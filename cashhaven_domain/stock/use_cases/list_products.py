"""Listing the products."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.stock.queries import ProductQueries, ShownProducts


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListProducts:
    """Show everything on the shelf, sorted by id.

    Raises:
        AccessDenied: the actor may not see the stock.
    """

    queries: ProductQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, page: PageRequest) -> ShownProducts:
        actor.require(Permission.SEE_STOCK)
        rules = await self.rules.read()
        found = await self.queries.list_products(page)
        return ShownProducts.to(actor, found, rules.minimum_stock)
