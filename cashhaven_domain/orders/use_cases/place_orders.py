"""Place orders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.ports import OrdersUnitOfWork
from cashhaven_domain.orders.queries import OrderView
from cashhaven_domain.orders.settling import OrderCandidate, OrdersSituation, settle_orders
from cashhaven_domain.orders.terms import OrderId, OrderTerms
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.operations import Operation, OperationKey, Settled
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.settling import claim_in_turn, keep_answers, settle_admitted


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
        at = self.clock.now()
        operations = [Operation.of(actor, "order.place", command) for actor, command in requests]
        async with self.new_uow() as uow:
            turns = await claim_in_turn(uow, operations, at, OrderView)
            opened = [turn for turn in turns if turn.is_open]
            candidates = [
                OrderCandidate(
                    id=numbers[turn.position],
                    actor=requests[turn.position][0],
                    terms=requests[turn.position][1],
                    operation_key=turn.permanent_key,
                )
                for turn in opened
            ]
            situation = await _situation(uow, candidates, rules=rules, clock=self.clock)
            outcomes = settle_orders(candidates, situation)
            await _store(uow, outcomes, situation)
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


async def _situation(
    uow: OrdersUnitOfWork, candidates: Sequence[OrderCandidate], *, rules: ShopRules, clock: Clock
) -> OrdersSituation:
    terms = [candidate.terms for candidate in candidates]
    keys = {candidate.operation_key for candidate in candidates}
    return OrdersSituation(
        used_keys=await uow.orders.find_used_keys({key for key in keys if key is not None}),
        numbers=await uow.order_numbers.hold_waiting(
            {wish.number for wish in terms if wish.number is not None}
        ),
        clients=await uow.clients.hold_known(
            sorted({wish.client_id for wish in terms if wish.client_id is not None})
        ),
        products=await uow.products.get_many_for_update(
            {line.product_id for wish in terms for line in wish.items}
        ),
        rules=rules,
        # Only now that the goods are held: so the ledger's moments follow its balances.
        at=clock.now(),
    )


async def _store(
    uow: OrdersUnitOfWork, outcomes: Sequence[Order | DomainError], situation: OrdersSituation
) -> None:
    orders = [outcome for outcome in outcomes if isinstance(outcome, Order)]
    await uow.orders.add_many(orders)
    await uow.products.save_many(situation.products.values())
    await uow.order_numbers.use(situation.numbers & {order.id for order in orders})
