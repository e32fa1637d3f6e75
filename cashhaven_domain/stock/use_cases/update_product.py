"""Correcting a product's card."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged, changed
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.ports import StockUnitOfWork
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import PricedProductView, StoredProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProductCommand:
    """What to correct; what is not sent stays. Without a minimum, the shop's holds.

    `version` is the one that the correction is based on; without one, this correction wins.
    """

    product_id: ProductId
    name: str | Unchanged = UNCHANGED
    sale_price: Money | Unchanged = UNCHANGED
    minimum: Quantity | Unchanged | None = UNCHANGED
    supplier: str | Unchanged = UNCHANGED
    version: int | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProduct:
    """Correct a product's card; another price counts for new sales only.

    Raises:
        AccessDenied: only those who keep the stock may.
        InvalidInput: a name is no name, a price is no price, the minimum is below zero.
        ProductNotFound: there is no such product.
        StaleAggregate: someone else corrected it first.
        DuplicateProduct: another product has this name from this supplier.
    """

    new_uow: Callable[[], StockUnitOfWork]
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: UpdateProductCommand) -> PricedProductView:
        actor.require(Permission.KEEP_STOCK)
        rules = await self.rules.read()
        async with self.new_uow() as uow:
            product = await uow.products.get_for_update(command.product_id)
            product.require_active()
            product.expect_version(command.version)
            now = self.clock.now()
            product.relabel(
                name=changed(command.name, product.name),
                supplier=changed(command.supplier, product.supplier),
                minimum=changed(command.minimum, product.minimum),
                at=now,
            )
            sale_price = changed(command.sale_price, product.sale_price)
            product.change_prices(sale_price, by=actor.user_id, at=now)
            await uow.products.save(product)
            await uow.commit()
        return StoredProduct.of(product).priced(rules.minimum_stock)
