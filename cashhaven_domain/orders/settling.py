"""The decision about orders that arrive together: each by itself, in order of arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.orders.errors import OrderNumberNotAvailable
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.ports import OrderHoldings
from cashhaven_domain.orders.terms import OrderId, OrderTerms
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import DomainError, OperationExpired
from cashhaven_domain.stock.errors import PresentPrice, PriceChanged, ProductNotFound
from cashhaven_domain.stock.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCandidate:
    """An order that somebody wants to place; `id` is a fresh number, or the one it asks for."""

    id: OrderId
    actor: Actor
    terms: OrderTerms
    operation_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSituation:
    """What the decision rests on; the products that are held change with every order."""

    held: OrderHoldings
    rules: ShopRules
    at: datetime


def settle_orders(
    candidates: Sequence[OrderCandidate], situation: OrdersSituation
) -> list[Order | DomainError]:
    """Decide each order against what its predecessors left; a refused one leaves no trace."""
    numbers_left = set(situation.held.numbers)
    return [_settle(candidate, situation, numbers_left) for candidate in candidates]


def _settle(
    candidate: OrderCandidate, situation: OrdersSituation, numbers_left: set[OrderId]
) -> Order | DomainError:
    try:
        order = _place(candidate, situation, numbers_left)
    except DomainError as refusal:
        return refusal
    numbers_left.discard(order.id)
    return order


def _place(
    candidate: OrderCandidate, situation: OrdersSituation, numbers_left: set[OrderId]
) -> Order:
    terms, held = candidate.terms, situation.held
    if candidate.operation_key in held.used_keys:
        raise OperationExpired()
    if terms.number is not None and terms.number not in numbers_left:
        raise OrderNumberNotAvailable(terms.number)
    if terms.client_id is not None and terms.client_id not in held.clients:
        raise ClientNotFound()
    _require_known(terms, held.products)
    free = situation.rules.free_price or candidate.actor.may(Permission.CHARGE_ANOTHER_PRICE)
    if not free:
        _require_present_prices(terms, held.products)
    return Order.place(
        candidate.id,
        terms,
        held.products,
        operation_key=candidate.operation_key,
        by=candidate.actor.user_id,
        at=situation.at,
    )


def _require_known(terms: OrderTerms, products: Mapping[ProductId, Product]) -> None:
    unknown = [
        product_id
        for product_id in dict.fromkeys(line.product_id for line in terms.items)
        if product_id not in products or not products[product_id].active
    ]
    if unknown:
        raise ProductNotFound(*unknown)


def _require_present_prices(terms: OrderTerms, products: Mapping[ProductId, Product]) -> None:
    changed = {
        line.product_id: products[line.product_id]
        for line in terms.items
        if line.unit_price != products[line.product_id].sale_price
    }
    if changed:
        raise PriceChanged(
            [
                PresentPrice(product.id, product.name, product.sale_price)
                for product in changed.values()
            ]
        )
