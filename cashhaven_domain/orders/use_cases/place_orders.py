"""Place orders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.ports import OrderHoldings, OrderNeeds, OrdersUnitOfWork
from cashhaven_domain.orders.queries import OrderView
from cashhaven_domain.orders.settling import OrderCandidate, OrdersSituation, settle_orders
from cashhaven_domain.orders.terms import OrderId, OrderTerms
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.operations import OperationKey, Settled
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.settling import (
    Turn,
    claim_in_turn,
    keep_answers,
    settle_admitted,
)
from cashhaven_domain.stock.telling import tell_balances


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrderCommand(OrderTerms):
    """The terms of one order, to be placed once per key."""

    operation_key: OperationKey | None = None


OrderRequest = tuple[Actor, PlaceOrderCommand]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrders:
    """Take orders and the goods for them.

    Orders that arrive together are settled in one transaction, each by itself in order of arrival:
    the answer to each is the order or its own refusal, and no refusal harms the others.

    Raises (the first for all of them, the others as the answer to one):
        OperationInUse: one of the keys is at work elsewhere.
        AccessDenied: the actor may not take orders.
        OrderNumberNotAvailable: the number asked for was not handed out, or is used.
        ClientNotFound: there is no such client.
        ProductNotFound: there are no such products; all of them are named.
        PriceChanged: products have another price now; all of them are named.
        InsufficientStock: there is not enough of some products; all of them are named.
        KeyReused: the key was used for something else.
        OperationExpired: the key placed an order too long ago.
    """

    new_uow: Callable[[], OrdersUnitOfWork]
    numbers: NumberSequence
    rules: ShopRulesReader
    clock: Clock

    async def __call__(
        self, requests: Sequence[OrderRequest]
    ) -> list[Settled[OrderView] | DomainError]:
        return await settle_admitted(requests, Permission.TAKE_ORDERS, self._settle)

    async def _settle(
        self, requests: Sequence[OrderRequest]
    ) -> list[Settled[OrderView] | DomainError]:
        rules = await self.rules.read()
        numbers = await self._numbers_of(requests)
        turns: list[Turn[OrderView]] = [
            Turn.of(place, actor, "order.place", command)
            for place, (actor, command) in enumerate(requests)
        ]
        async with self.new_uow() as uow:
            opened = await claim_in_turn(uow, turns, self.clock.now(), OrderView)
            held = await uow.hold_for_orders(_needs(opened, requests))
            opened = await _still_open(uow, opened, held)
            # Only now that the goods are held: so the ledger's moments follow its balances.
            situation = OrdersSituation(held=held, rules=rules, at=self.clock.now())
            outcomes = settle_orders(
                [
                    OrderCandidate(
                        id=numbers[turn.position],
                        actor=requests[turn.position][0],
                        terms=requests[turn.position][1],
                        operation_key=turn.permanent_key,
                    )
                    for turn in opened
                ],
                situation,
            )
            tell_balances(held.products.values(), rules.minimum_stock, situation.at)
            await _store(uow, outcomes, held)
            for turn, outcome in zip(opened, outcomes, strict=True):
                turn.outcome = (
                    Settled(OrderView.of(outcome)) if isinstance(outcome, Order) else outcome
                )
            answers = await keep_answers(uow, turns)
            await uow.commit()
        return answers

    async def _numbers_of(self, requests: Sequence[OrderRequest]) -> list[OrderId]:
        nameless = sum(command.number is None for _, command in requests)
        fresh = iter(await self.numbers.take(nameless) if nameless else ())
        return [
            OrderId(next(fresh)) if command.number is None else command.number
            for _, command in requests
        ]


def _needs(turns: Sequence[Turn[OrderView]], requests: Sequence[OrderRequest]) -> OrderNeeds:
    terms = [requests[turn.position][1] for turn in turns]
    return OrderNeeds(
        keys=frozenset(turn.key_to_look_up for turn in turns if turn.key_to_look_up is not None),
        numbers=frozenset(wish.number for wish in terms if wish.number is not None),
        clients=frozenset(wish.client_id for wish in terms if wish.client_id is not None),
        products=frozenset(line.product_id for wish in terms for line in wish.items),
    )


async def _still_open(
    uow: OrdersUnitOfWork, turns: Sequence[Turn[OrderView]], held: OrderHoldings
) -> list[Turn[OrderView]]:
    """Answer the turns whose order was placed by an earlier attempt; return the others."""
    for turn in turns:
        if turn.is_repetition and turn.permanent_key in held.used_keys:
            order = await uow.orders.get_by_key(turn.permanent_key)
            turn.outcome = Settled(OrderView.of(order))
    return [turn for turn in turns if turn.is_open]


async def _store(
    uow: OrdersUnitOfWork, outcomes: Sequence[Order | DomainError], held: OrderHoldings
) -> None:
    orders = [outcome for outcome in outcomes if isinstance(outcome, Order)]
    await uow.orders.add_many(orders)
    await uow.products.save_many(held.products.values())
    await uow.order_numbers.use(held.numbers & {order.id for order in orders})
