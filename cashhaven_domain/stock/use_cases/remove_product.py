"""Removing a product."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stock.ports import StockUnitOfWork
from cashhaven_domain.stock.product import ProductId


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveProduct:
    """Take a product off the lists; its movements and prices stay readable.

    Raises:
        AccessDenied: only those who keep the stock may.
        ProductNotFound: there is no such product.
    """

    new_uow: Callable[[], StockUnitOfWork]
    clock: Clock

    async def __call__(self, actor: Actor, product_id: ProductId) -> None:
        actor.require(Permission.KEEP_STOCK)
        async with self.new_uow() as uow:
            product = await uow.products.get_for_update(product_id)
            product.require_active()
            product.remove(at=self.clock.now())
            await uow.products.save(product)
            await uow.commit()
