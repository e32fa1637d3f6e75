"""Change an order's status."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.ports import OrdersUnitOfWork
from cashhaven_domain.orders.queries import OrderView
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.telling import tell_balances


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrderStatusCommand:
    """Which order goes to which state; `goods_are_whole` is for cancelling a prepared one."""

    order_id: OrderId
    status: OrderStatus
    goods_are_whole: bool = False
    version: int | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrderStatus:
    """Take an order to its next state, or cancel it.

    Raises:
        AccessDenied: the actor may not take orders.
        OrderNotFound: there is none.
        StaleAggregate: it was changed since the version that was named.
        WrongOrderStatus: an order does not go from its present state to that one.
    """

    new_uow: Callable[[], OrdersUnitOfWork]
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: ChangeOrderStatusCommand) -> OrderView:
        actor.require(Permission.TAKE_ORDERS)
        rules = await self.rules.read()
        cancels = command.status is OrderStatus.CANCELLED
        async with self.new_uow() as uow:
            products: Mapping[ProductId, Product] = {}
            if cancels:
                products = await uow.products.get_many_for_update(
                    await uow.orders.get_product_ids(command.order_id)
                )
            order = await uow.orders.get_for_update(command.order_id)
            order.expect_version(command.version)
            at = self.clock.now()
            if cancels:
                order.cancel(products, goods_are_whole=command.goods_are_whole, actor=actor, at=at)
            else:
                order.move_to(command.status, actor=actor, at=at)
            await uow.orders.save(order)
            tell_balances(products.values(), rules.minimum_stock, at)
            await uow.products.save_many(products.values())
            documents = await uow.fiscal_documents.find_all_of(order.id)
            await uow.commit()
        return OrderView.of(order, documents)
