"""Searching products by name."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.text import clean, fold
from cashhaven_domain.stock.queries import ProductQueries, ShownProducts


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProductsQuery:
    """Part of a name."""

    name: str
    page: PageRequest


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProducts:
    """Show the products whose name holds what was typed, best match first.

    Case and accents make no difference: `acai` finds `Açaí 500ml`.

    Raises:
        AccessDenied: the actor may not see the stock.
        InvalidInput: nothing to search by.
    """

    queries: ProductQueries
    rules: ShopRulesReader

    async def __call__(self, actor: Actor, query: SearchProductsQuery) -> ShownProducts:
        actor.require(Permission.SEE_STOCK)
        part = fold(clean(query.name, field="nome"))
        if not part:
            raise InvalidInput("nome: não pode ficar vazio")
        rules = await self.rules.read()
        found = await self.queries.search(part, query.page)
        return ShownProducts.to(actor, found, rules.minimum_stock)
