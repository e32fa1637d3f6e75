"""The shop and its model, with sales and orders, and both of them taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule

from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId, OrderLine
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.orders.use_cases.list_orders import ListOrdersQuery
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, Quantity
from cashhaven_domain.shared.settling import the_only
from cashhaven_domain.stock.product import ProductId
from tests.support.selling import ordering, selling
from tests.support.shop_machine import ShopMachine
from tests.support.shop_model import prices, quantities

Taken = dict[ProductId, Decimal]
STEPS = [*OrderStatus][:4]


@dataclass(frozen=True, slots=True)
class Deal:
    """A sale or an order as it must be: what it took, and how it stands."""

    taken: Mapping[ProductId, Decimal]
    status: OrderStatus = OrderStatus.RECEIVED
    version: int = 1


class SellingMachine(ShopMachine):
    """Products that are also sold, ordered, and sometimes come back."""

    shelf = ShopMachine.shelf
    sold = Bundle("sold")
    ordered = Bundle("ordered")

    def __init__(self) -> None:
        super().__init__()
        self.sales: dict[SaleId, Deal] = {}
        self.orders: dict[OrderId, Deal] = {}
        self.lists = 0

    async def register_sale(self, actor: Actor, command: RegisterSaleCommand) -> Any:
        """Sell alone."""
        return the_only(await self.shop.register_sales([(actor, command)]))

    async def place_order(self, actor: Actor, command: PlaceOrderCommand) -> Any:
        """Order alone."""
        return the_only(await self.shop.place_orders([(actor, command)]))

    def expected_of(self, wanted: Taken) -> str:
        """Return the code that taking so much must be answered with, and take it if it may be."""
        known = {number: self.products.get(number) for number in wanted}
        if any(product is None or not product.active for product in known.values()):
            return "PRODUCT_NOT_FOUND"
        if any(wanted[number] > self.products[number].balance for number in wanted):
            return "INSUFFICIENT_STOCK"
        self.give(wanted, -1)
        return ""

    def give(self, taken: Mapping[ProductId, Decimal], sign: int) -> None:
        """Change the model's balances."""
        for number, quantity in taken.items():
            before = self.products[number]
            self.products[number] = replace(before, balance=before.balance + sign * quantity)

    def overflows(self, taken: Mapping[ProductId, Decimal]) -> bool:
        """Whether so much cannot come back to the shelf."""
        return any(
            self.products[number].balance + quantity > HIGHEST_QUANTITY
            for number, quantity in taken.items()
        )

    @rule(target=sold, number=shelf, quantity=quantities, price=prices)
    def sell(self, number: ProductId, quantity: Quantity, price: Money) -> Any:
        """Sell something, alone."""
        command = selling(number, quantity=quantity, unit_price=price)
        expected = self.expected_of({number: quantity.amount})
        code, receipt = self.ask(self.register_sale, command)
        assert code == expected
        if code:
            return multiple()
        assert receipt.balance.amount == self.products[number].balance
        assert receipt.total == price.times(quantity)
        self.sales[receipt.id] = Deal({number: quantity.amount})
        return receipt.id

    @rule(
        target=sold,
        wishes=st.lists(st.tuples(shelf, quantities, st.booleans()), min_size=1, max_size=5),
        price=prices,
    )
    def sell_together(self, wishes: list[tuple[ProductId, Quantity, bool]], price: Money) -> Any:
        """Sell several in one list, some of them said twice."""
        requests: list[tuple[Actor, RegisterSaleCommand]] = []
        expected: list[str] = []
        for place, (number, quantity, repeats) in enumerate(wishes):
            if repeats and requests:
                requests.append(requests[-1])
                expected.append(expected[-1])
                continue
            key = OperationKey(f"list {len(self.answers)} {self.lists} {place}")
            command = selling(number, quantity=quantity, unit_price=price, operation_key=key)
            requests.append((self.shop.administrator, command))
            expected.append(self.expected_of({number: quantity.amount}))
        self.lists += 1
        answers = self.run(self.shop.register_sales(requests))
        codes = [answer.code if isinstance(answer, DomainError) else "" for answer in answers]
        assert codes == expected
        made = [
            answer.receipt
            for answer in answers
            if not isinstance(answer, DomainError) and not answer.replayed
        ]
        for receipt in made:
            self.sales[receipt.id] = Deal({receipt.product_id: receipt.quantity.amount})
        return multiple(*(receipt.id for receipt in made))

    @rule(sale_id=sold, return_stock=st.booleans())
    def take_back(self, sale_id: SaleId, return_stock: bool) -> None:
        """Cancel a sale."""
        before = self.sales[sale_id]
        command = CancelSaleCommand(sale_id=sale_id, reason="Engano", return_stock=return_stock)
        code, view = self.ask(self.shop.cancel_sale, command)
        if before.status is OrderStatus.CANCELLED:
            assert code == "SALE_ALREADY_CANCELLED"
        elif self.overflows(before.taken):
            assert code == "INVALID_INPUT"
        else:
            assert code == ""
            assert view.cancellation.stock_returned is return_stock
            self.sales[sale_id] = replace(before, status=OrderStatus.CANCELLED)
            if return_stock:
                self.give(before.taken, +1)

    @rule(
        target=ordered,
        items=st.lists(st.tuples(shelf, quantities, prices), min_size=1, max_size=4),
        reserved=st.booleans(),
    )
    def order(self, items: list[tuple[ProductId, Quantity, Money]], reserved: bool) -> Any:
        """Place an order, sometimes under a number that was reserved for it."""
        number = self.run(self.shop.reserve_order_number(self.shop.operator)) if reserved else None
        wanted: Taken = {}
        for product_id, quantity, _ in items:
            wanted[product_id] = wanted.get(product_id, Decimal(0)) + quantity.amount
        lines = [
            OrderLine(product_id=product_id, quantity=quantity, unit_price=price)
            for product_id, quantity, price in items
        ]
        expected = self.expected_of(wanted)
        code, view = self.ask(self.place_order, ordering(*lines, number=number))
        assert code == expected
        if code:
            return multiple()
        assert number in {None, view.id}
        assert view.id not in self.orders
        self.orders[view.id] = Deal(wanted)
        return view.id

    @rule(
        order_id=ordered,
        status=st.none() | st.sampled_from(OrderStatus),
        whole=st.booleans(),
        behind=st.sampled_from([None, 0, 0, 1]),
    )
    def go_on(
        self, order_id: OrderId, status: OrderStatus | None, whole: bool, behind: int | None
    ) -> None:
        """Take an order to its next state, or to any other."""
        before = self.orders[order_id]
        place = STEPS.index(before.status) + 1 if before.status in STEPS else 4
        following = STEPS[place] if place < len(STEPS) else None
        status = status or following or OrderStatus.CANCELLED
        version = None if behind is None else before.version - behind
        command = ChangeOrderStatusCommand(
            order_id=order_id, status=status, goods_are_whole=whole, version=version
        )
        code, view = self.ask(self.shop.change_order_status, command)
        cancels = status is OrderStatus.CANCELLED
        if behind == 1:
            assert code == "STALE_VERSION"
        elif before.status is OrderStatus.CANCELLED or not (cancels or status is following):
            assert code == "WRONG_ORDER_STATUS"
        elif cancels and self.overflows(before.taken):
            assert code == "INVALID_INPUT"
        else:
            assert (code, view.status, view.version) == ("", status, before.version + 1)
            self.orders[order_id] = replace(before, status=status, version=view.version)
            if cancels and (whole or before.status is OrderStatus.RECEIVED):
                self.give(before.taken, +1)

    @invariant()
    def lists_show_sales_and_orders(self) -> None:
        """What was sold and ordered is seen as the model knows it."""
        page = self.run(self.shop.list_sales(self.shop.operator, ListSalesQuery()))
        assert {view.id: view.cancellation is not None for view in page.items} == {
            number: sale.status is OrderStatus.CANCELLED for number, sale in self.sales.items()
        }
        orders = self.run(self.shop.list_orders(self.shop.operator, ListOrdersQuery()))
        assert {view.id: (view.status, view.version) for view in orders.items} == {
            number: (order.status, order.version) for number, order in self.orders.items()
        }
