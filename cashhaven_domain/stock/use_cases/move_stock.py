"""Moving stock by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Operation, OperationKey, Settled
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.settling import settle_once
from cashhaven_domain.shared.text import NOTE_LENGTH, clean
from cashhaven_domain.stock.ports import StockUnitOfWork
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.telling import tell_balances


class Handling(StrEnum):
    """What is done with the goods by hand; the values are the words of the ledger."""

    DELIVERY = "entrada"
    WITHDRAWAL = "saida"
    LOSS = "perda"
    COUNT = "ajuste"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStockCommand:
    """So much of a product came, went or was counted; `supplier` corrects the card on the way."""

    product_id: ProductId
    quantity: Quantity
    handling: Handling = Handling.DELIVERY
    supplier: str | None = None
    purchase_price: Money | None = None
    note: str | None = None
    operation_key: OperationKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """What there was of a product, and what there is now."""

    id: ProductId
    balance_before: Quantity
    balance: Quantity


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStock:
    """Take delivered goods in, take goods away, or set the balance to what was counted.

    Raises:
        AccessDenied: only those who keep the stock may.
        InvalidInput: a quantity that cannot be moved, or a purchase price without a delivery.
        ProductNotFound: there is no such product.
        BalanceBelowZero: more would go than there is.
        DuplicateProduct: the corrected supplier already has a product of this name.
    """

    new_uow: Callable[[], StockUnitOfWork]
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: MoveStockCommand) -> Settled[StockMoved]:
        actor.require(Permission.KEEP_STOCK)
        if command.purchase_price is not None and command.handling is not Handling.DELIVERY:
            raise InvalidInput("compra: só vale com o tipo entrada")
        operation = Operation.of(actor, "stock.move", command)
        note = command.note
        if note is not None:
            note = clean(note, field="motivo", limit=NOTE_LENGTH, note=True)
        rules = await self.rules.read()
        by, quantity = actor.user_id, command.quantity
        async with self.new_uow() as uow:

            async def move() -> StockMoved:
                product = await uow.products.get_for_update(command.product_id)
                product.require_active()
                now = self.clock.now()
                before = product.balance
                if command.supplier is not None:
                    product.relabel(
                        name=product.name,
                        supplier=command.supplier,
                        minimum=product.minimum,
                        at=now,
                    )
                if command.handling is Handling.DELIVERY:
                    price = command.purchase_price
                    product.receive(quantity, purchase_price=price, note=note, by=by, at=now)
                elif command.handling is Handling.COUNT:
                    product.count(quantity, note=note, by=by, at=now)
                else:
                    lost = command.handling is Handling.LOSS
                    product.withdraw(quantity, lost=lost, note=note, by=by, at=now)
                tell_balances([product], rules.minimum_stock, now)
                await uow.products.save(product)
                return StockMoved(id=product.id, balance_before=before, balance=product.balance)

            return await settle_once(uow, operation, self.clock.now(), StockMoved, move)
