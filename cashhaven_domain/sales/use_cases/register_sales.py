"""Register sales."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self, final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.sales.ports import SaleHoldings, SaleNeeds, SalesUnitOfWork
from cashhaven_domain.sales.sale import SaleId, SaleTerms
from cashhaven_domain.sales.settling import SaleCandidate, SalesSituation, Sold, settle_sales
from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey, Settled
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.settling import (
    Turn,
    claim_in_turn,
    keep_answers,
    settle_admitted,
)
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.telling import tell_balances


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSaleCommand(SaleTerms):
    """The terms of one sale, to be made once per key."""

    operation_key: OperationKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReceipt:
    """A sale as it was made, and what was left of the product."""

    id: SaleId
    product_id: ProductId
    quantity: Quantity
    unit_price: Money
    total: Money
    balance: Quantity
    began_at: datetime
    ended_at: datetime
    operator_id: UserId

    @classmethod
    def of(cls, sold: Sold) -> Self:
        """Return the receipt of what was sold."""
        sale = sold.sale
        return cls(
            id=sale.id,
            product_id=sale.product_id,
            quantity=sale.quantity,
            unit_price=sale.unit_price,
            total=sale.total,
            balance=sold.balance,
            began_at=sale.began_at,
            ended_at=sale.ended_at,
            operator_id=sale.operator_id,
        )

    @property
    def duration_seconds(self) -> int:
        """How long the operator was busy with it."""
        return int((self.ended_at - self.began_at).total_seconds())


SaleRequest = tuple[Actor, RegisterSaleCommand]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSales:
    """Sell over the counter.

    Sales that arrive together are settled in one transaction, each by itself in order of arrival:
    the answer to each is its receipt or its own refusal, and no refusal harms the others.

    Raises (the first for all of them, the others as the answer to one):
        OperationInUse: one of the keys is at work elsewhere.
        AccessDenied: the actor may not sell.
        InvalidInput: it began or ended in the future.
        ProductNotFound: there is no such product.
        ClientNotFound: there is no such client.
        PriceChanged: the product has another price now.
        InsufficientStock: there is not enough of it.
        KeyReused: the key was used for something else.
        OperationExpired: the key made a sale too long ago.
    """

    new_uow: Callable[[], SalesUnitOfWork]
    numbers: NumberSequence
    rules: ShopRulesReader
    clock: Clock

    async def __call__(
        self, requests: Sequence[SaleRequest]
    ) -> list[Settled[SaleReceipt] | DomainError]:
        return await settle_admitted(requests, Permission.SELL, self._settle)

    async def _settle(
        self, requests: Sequence[SaleRequest]
    ) -> list[Settled[SaleReceipt] | DomainError]:
        rules = await self.rules.read()
        numbers = await self.numbers.take(len(requests))
        turns: list[Turn[SaleReceipt]] = [
            Turn.of(place, actor, "sale.register", command)
            for place, (actor, command) in enumerate(requests)
        ]
        async with self.new_uow() as uow:
            opened = await claim_in_turn(uow, turns, self.clock.now(), SaleReceipt)
            held = await uow.hold_for_sales(_needs(opened, requests))
            opened = await _still_open(uow, opened, held)
            # Only now that the goods are held: so the ledger's moments follow its balances.
            situation = SalesSituation(held=held, rules=rules, at=self.clock.now())
            outcomes = settle_sales(
                [
                    SaleCandidate(
                        id=SaleId(numbers[turn.position]),
                        actor=requests[turn.position][0],
                        terms=requests[turn.position][1],
                        operation_key=turn.permanent_key,
                    )
                    for turn in opened
                ],
                situation,
            )
            await uow.sales.add_many([sold.sale for sold in outcomes if isinstance(sold, Sold)])
            tell_balances(held.products.values(), rules.minimum_stock, situation.at)
            await uow.products.save_many(held.products.values())
            for turn, outcome in zip(opened, outcomes, strict=True):
                turn.outcome = (
                    Settled(SaleReceipt.of(outcome)) if isinstance(outcome, Sold) else outcome
                )
            answers = await keep_answers(uow, turns)
            await uow.commit()
        return answers


def _needs(turns: Sequence[Turn[SaleReceipt]], requests: Sequence[SaleRequest]) -> SaleNeeds:
    terms = [requests[turn.position][1] for turn in turns]
    return SaleNeeds(
        keys=frozenset(turn.key_to_look_up for turn in turns if turn.key_to_look_up is not None),
        clients=frozenset(wish.client_id for wish in terms if wish.client_id is not None),
        products=frozenset(wish.product_id for wish in terms),
    )


async def _still_open(
    uow: SalesUnitOfWork, turns: Sequence[Turn[SaleReceipt]], held: SaleHoldings
) -> list[Turn[SaleReceipt]]:
    """Answer the turns whose sale was made by an earlier attempt; return the others."""
    for turn in turns:
        if turn.is_repetition and turn.permanent_key in held.used_keys:
            sale = await uow.sales.get_by_key(turn.permanent_key)
            balance = await uow.products.get_balance_after(sale.product_id, sale.origin)
            turn.outcome = Settled(SaleReceipt.of(Sold(sale, balance)))
    return [turn for turn in turns if turn.is_open]
