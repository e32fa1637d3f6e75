"""Listing what is running out."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.stock.queries import ProductQueries, ShownProducts


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListLowStock:
    """Show the products of which there is no more than their minimum, sorted by id.

    Raises:
        AccessDenied: the actor may not see the stock.
    """

    queries: ProductQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, page: PageRequest) -> ShownProducts:
        actor.require(Permission.SEE_STOCK)
        rules = await self.rules.read()
        found = await self.queries.list_low(rules.minimum_stock, page)
        return ShownProducts.to(actor, found, rules.minimum_stock)
