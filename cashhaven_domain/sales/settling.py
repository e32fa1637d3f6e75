"""The decision about sales that arrive together: each by itself, in order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.sales.ports import SaleHoldings
from cashhaven_domain.sales.sale import Sale, SaleId, SaleTerms
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import DomainError, OperationExpired
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import PresentPrice, PriceChanged, ProductNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCandidate:
    """A sale that somebody wants to make, with the number it would have."""

    id: SaleId
    actor: Actor
    terms: SaleTerms
    operation_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesSituation:
    """What the decision rests on; the products that are held change with every sale."""

    held: SaleHoldings
    rules: ShopRules
    at: datetime


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that was made, and what was left of the product right after it."""

    sale: Sale
    balance: Quantity


def settle_sales(
    candidates: Sequence[SaleCandidate], situation: SalesSituation
) -> list[Sold | DomainError]:
    """Decide each sale against what its predecessors left; a refused one leaves no trace."""
    return [_settle(candidate, situation) for candidate in candidates]


def _settle(candidate: SaleCandidate, situation: SalesSituation) -> Sold | DomainError:
    try:
        return _sell(candidate, situation)
    except DomainError as refusal:
        return refusal


def _sell(candidate: SaleCandidate, situation: SalesSituation) -> Sold:
    terms = candidate.terms
    held = situation.held
    if candidate.operation_key in held.used_keys:
        raise OperationExpired()
    product = held.products.get(terms.product_id)
    if product is None or not product.active:
        raise ProductNotFound(terms.product_id)
    if terms.client_id is not None and terms.client_id not in held.clients:
        raise ClientNotFound()
    free = situation.rules.free_price or candidate.actor.may(Permission.CHARGE_ANOTHER_PRICE)
    if terms.unit_price != product.sale_price and not free:
        raise PriceChanged([PresentPrice(product.id, product.name, product.sale_price)])
    sale = Sale.register(
        candidate.id,
        terms,
        product,
        operation_key=candidate.operation_key,
        by=candidate.actor.user_id,
        at=situation.at,
    )
    return Sold(sale, product.balance)
