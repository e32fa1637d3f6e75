"""List fiscal documents."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import final

from cashhaven_domain.orders.fiscal_document import FiscalStatus
from cashhaven_domain.orders.queries import FiscalDocumentView, FiscalFilter, OrderQueries
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFiscalDocumentsQuery:
    """Which fiscal documents are wanted, by the moment of their first answer."""

    since: date | datetime | None = None
    until: date | datetime | None = None
    status: FiscalStatus | None = None
    page: PageRequest = field(default_factory=PageRequest)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListFiscalDocuments:
    """Look through the fiscal documents, newest first.

    Raises:
        AccessDenied: the actor may not see orders.
        InvalidInput: the period ends before it begins.
    """

    queries: OrderQueries
    rules: ShopRulesReader

    async def __call__(
        self, actor: Actor, query: ListFiscalDocumentsQuery
    ) -> Page[FiscalDocumentView]:
        actor.require(Permission.SEE_ORDERS)
        rules = await self.rules.read()
        wanted = FiscalFilter(
            period=Period.between(query.since, query.until, rules.time_zone),
            status=query.status,
        )
        return await self.queries.list_fiscal(wanted, query.page)
