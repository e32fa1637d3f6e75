"""Cancel a sale."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.sales.ports import SalesUnitOfWork
from cashhaven_domain.sales.queries import SaleView
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stock.telling import tell_balances


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSaleCommand:
    """Which sale, why, and whether the goods go back to the shelf."""

    sale_id: SaleId
    reason: str
    return_stock: bool = True


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSale:
    """Take a sale back, once: an own one within some minutes, any other as an administrator.

    Raises:
        SaleNotFound: there is none.
        AccessDenied: it is somebody else's sale.
        CancellationTooLate: it is an own one, but not of the last minutes.
        SaleAlreadyCancelled: it was taken back before.
        InvalidInput: no reason.
    """

    new_uow: Callable[[], SalesUnitOfWork]
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: CancelSaleCommand) -> SaleView:
        actor.require(Permission.SELL)
        rules = await self.rules.read()
        async with self.new_uow() as uow:
            product = await uow.products.get_for_update(
                await uow.sales.get_product_id(command.sale_id)
            )
            sale = await uow.sales.get_for_update(command.sale_id)
            now = self.clock.now()
            sale.cancel(
                product,
                reason=command.reason,
                return_stock=command.return_stock,
                within=rules.own_cancellation,
                actor=actor,
                at=now,
            )
            tell_balances([product], rules.minimum_stock, now)
            await uow.sales.save(sale)
            await uow.products.save(product)
            await uow.commit()
        return SaleView.of(sale)
