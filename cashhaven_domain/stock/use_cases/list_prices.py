"""Reading the price history."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.stock.errors import ProductNotFound
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import PriceView, ProductQueries


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPricesQuery:
    """Of which product."""

    product_id: ProductId
    page: PageRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrices:
    """Show what a product was sold and bought for since it was added, also when it was removed.

    Raises:
        AccessDenied: only those may who may see what products are bought for.
        ProductNotFound: there never was such a product.
    """

    queries: ProductQueries

    async def __call__(self, actor: Actor, query: ListPricesQuery) -> Page[PriceView]:
        actor.require(Permission.SEE_PURCHASE_PRICES)
        if not await self.queries.has_existed(query.product_id):
            raise ProductNotFound(query.product_id)
        return await self.queries.list_prices(query.product_id, query.page)
