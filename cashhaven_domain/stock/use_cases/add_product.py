"""Adding a product."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Operation, OperationKey, Settled
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.shared.settling import settle_once
from cashhaven_domain.stock.ports import StockUnitOfWork
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.queries import PricedProductView, StoredProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProductCommand:
    """The card of the new product, and how much of it there is."""

    name: str
    supplier: str
    purchase_price: Money
    sale_price: Money
    balance: Quantity
    minimum: Quantity | None = None
    unit: Unit = Unit.PIECE
    operation_key: OperationKey | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AddProduct:
    """Put a new product on the shelf.

    Raises:
        AccessDenied: only those who keep the stock may.
        InvalidInput: a name is no name, a price is no price, a quantity is below zero.
        DuplicateProduct: an active product has the same name from the same supplier.
    """

    new_uow: Callable[[], StockUnitOfWork]
    numbers: NumberSequence
    rules: ShopRulesReader
    clock: Clock

    async def __call__(
        self, actor: Actor, command: AddProductCommand
    ) -> Settled[PricedProductView]:
        actor.require(Permission.KEEP_STOCK)
        operation = Operation.of(actor, "product.add", command)
        now = self.clock.now()
        rules = await self.rules.read()
        (number,) = await self.numbers.take()
        product = Product.add(
            id=ProductId(number),
            name=command.name,
            supplier=command.supplier,
            unit=command.unit,
            purchase_price=command.purchase_price,
            sale_price=command.sale_price,
            minimum=command.minimum,
            balance=command.balance,
            by=actor.user_id,
            at=now,
        )
        async with self.new_uow() as uow:

            async def add() -> PricedProductView:
                await uow.products.add(product)
                return StoredProduct.of(product).priced(rules.minimum_stock)

            return await settle_once(uow, operation, now, PricedProductView, add)
