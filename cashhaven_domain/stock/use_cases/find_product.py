"""Finding one product."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.stock.errors import ProductNotFound
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import ProductQueries, ProductView


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FindProduct:
    """Show one product.

    Raises:
        AccessDenied: the actor may not see the stock.
        ProductNotFound: there is no such product.
    """

    queries: ProductQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, product_id: ProductId) -> ProductView:
        actor.require(Permission.SEE_STOCK)
        rules = await self.rules.read()
        found = await self.queries.find(product_id)
        if found is None:
            raise ProductNotFound(product_id)
        if actor.may(Permission.SEE_PURCHASE_PRICES):
            return found.priced(rules.minimum_stock)
        return found.plain(rules.minimum_stock)
