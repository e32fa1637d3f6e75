"""Settling a list is settling its members one by one, in the order of their arrival."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cashhaven_app.testing import Shop, open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey, Settled
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.events import BalancesChanged
from tests.support.books import books_in_memory
from tests.support.selling import known_client, line, ordering, selling, stocked

PRODUCTS = 3
quantities = st.decimals(Decimal("0.001"), Decimal(4), places=3).map(Quantity)
prices = st.sampled_from([Money.of("12.00")] * 4 + [Money.of("11.00")])
# One product that does not exist, one that was removed, and one client that does not exist.
products = st.integers(1, PRODUCTS + 2)
clients = st.sampled_from([None, None, ClientId(1), ClientId(9)])
keys = st.one_of(st.none(), st.sampled_from([OperationKey(f"k{n}") for n in range(4)]))
people = st.sampled_from(["operator", "operator", "administrator"])
sale_requests = st.lists(
    st.tuples(
        people,
        st.builds(
            selling,
            products,
            unit_price=prices,
            quantity=quantities,
            client_id=clients,
            operation_key=keys,
        ),
    ),
    max_size=8,
)
numbers = st.sampled_from([None, None, OrderId(1), OrderId(2), OrderId(99)])
order_requests = st.lists(
    st.tuples(
        people,
        st.builds(
            lambda items, **parts: ordering(*items, **parts),
            st.lists(
                st.builds(line, products, quantities.map(Quantity.as_text), prices),
                min_size=1,
                max_size=4,
            ),
            client_id=clients,
            number=numbers,
            operation_key=keys,
        ),
    ),
    max_size=6,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What the answers were, how the shop stood afterwards, and what it told of that.

    Of the balances that a product had within one transaction only the last is told.
    """

    answers: tuple[Any, ...]
    balances: tuple[Quantity, ...]
    told_balances: dict[int, Quantity]
    other_events: int


def outcome(answer: Settled[Any] | DomainError) -> Any:
    """Return what an answer says, without the numbers that depend on how many were taken before."""
    if isinstance(answer, DomainError):
        return (answer.code, answer.sentences, str(answer.details), answer.replayed)
    receipt = answer.receipt
    said = [receipt.total, answer.replayed]
    said.append(getattr(receipt, "balance", None))
    said.append([item.quantity for item in getattr(receipt, "items", ())])
    return said


async def settle(name: str, requests: Sequence[tuple[str, Any]], groups: list[int]) -> Ended:
    """Settle the requests in groups of these sizes, each in a shop of its own."""
    shop = open_shop()
    for _ in range(PRODUCTS):
        await stocked(shop, 5)
    removed = await stocked(shop, 5)
    await shop.remove_product(shop.administrator, removed)
    _ = await known_client(shop)
    for _ in range(2):
        _ = await shop.reserve_order_number(shop.operator)
    answers = []
    left = [(getattr(shop, who), command) for who, command in requests]
    for size in groups:
        answers += await getattr(shop, name)(left[:size])
        left = left[size:]
    store = shop.container.adapters.store()
    assert books_in_memory(store).mistakes() == []
    moves = [event for event in shop.events if isinstance(event, BalancesChanged)]
    return Ended(
        tuple(outcome(answer) for answer in answers),
        await balances(shop),
        {now.product_id: now.balance for move in moves for now in move.balances},
        len(shop.events) - len(moves),
    )


async def balances(shop: Shop) -> tuple[Quantity, ...]:
    page = await shop.list_products(shop.operator, PageRequest())
    return tuple(product.balance for product in page.items)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests=sale_requests, cut=st.integers(0, 8))
def test_sales_settled_together_end_as_if_settled_one_by_one(requests, cut):
    together = asyncio.run(settle("register_sales", requests, [cut, len(requests)]))
    alone = asyncio.run(settle("register_sales", requests, [1] * len(requests)))
    assert together == alone


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests=order_requests, cut=st.integers(0, 6))
def test_orders_settled_together_end_as_if_settled_one_by_one(requests, cut):
    together = asyncio.run(settle("place_orders", requests, [cut, len(requests)]))
    alone = asyncio.run(settle("place_orders", requests, [1] * len(requests)))
    assert together == alone
