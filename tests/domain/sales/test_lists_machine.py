"""Two shops live the same life; one settles what comes in lists, the other one by one."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cashhaven_app.testing import Shop, open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.use_cases.list_orders import ListOrdersQuery
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from tests.support.books import books_in_memory
from tests.support.selling import known_client, line, ordering, selling, stocked

PRICES = (Money.of("12.00"), Money.of("11.00"))
numbers = st.integers(1, 5)
quantities = st.sampled_from(["1", "2", "0.5", "3.25", "7"])
prices = st.sampled_from([*PRICES, PRICES[0]])
clients = st.sampled_from([None, None, ClientId(1), ClientId(8)])
keys = st.sampled_from([None, None, *(OperationKey(f"k{n}") for n in range(6))])
people = st.sampled_from(["operator", "operator", "administrator"])
sales = st.tuples(people, numbers, quantities, prices, clients, keys)
orders = st.tuples(
    people,
    st.lists(st.tuples(numbers, quantities, prices), min_size=1, max_size=3),
    clients,
    keys,
    st.booleans(),
)


def said(answer: Any) -> tuple[Any, ...]:
    """Return what an answer says, apart from the number of what was made."""
    if isinstance(answer, DomainError):
        return (answer.code, *answer.sentences, answer.replayed)
    receipt = answer.receipt
    return (answer.replayed, receipt.total, getattr(receipt, "balance", None))


class ListsMachine(RuleBasedStateMachine):
    """Whatever is asked, both shops answer alike and end alike."""

    def __init__(self) -> None:
        super().__init__()
        self.together, self.alone = open_shop(), open_shop()
        self.reserved: list[int] = []
        for shop in (self.together, self.alone):
            for _ in range(3):
                self.run(stocked(shop, 6))
            self.run(known_client(shop))

    def run(self, call: Any) -> Any:
        """Do it now."""
        return asyncio.run(call)

    def both(self, name: str, command: Any) -> None:
        """Ask both shops for the same as administrators; they agree on the outcome."""
        outcomes = []
        for shop in (self.together, self.alone):
            try:
                self.run(getattr(shop, name)(shop.administrator, command))
                outcomes.append("done")
            except DomainError as refusal:
                outcomes.append(refusal.code)
        assert outcomes[0] == outcomes[1]

    def settle(self, name: str, requests: list[tuple[str, Any]]) -> None:
        """Ask one shop for all at once and the other for one after another."""

        async def in_turn(shop: Shop) -> list[Any]:
            answers: list[Any] = []
            for who, command in requests:
                answers += await getattr(shop, name)([(getattr(shop, who), command)])
            return answers

        members = [(getattr(self.together, who), command) for who, command in requests]
        listed = self.run(getattr(self.together, name)(members))
        single = self.run(in_turn(self.alone))
        assert [said(answer) for answer in listed] == [said(answer) for answer in single]

    @rule(wishes=st.lists(sales, max_size=6))
    def sell(self, wishes: list[Any]) -> None:
        """Sell some things; some keys come twice, in a list and from earlier ones."""
        self.settle(
            "register_sales",
            [
                (
                    who,
                    selling(
                        number,
                        quantity=Quantity.of(quantity),
                        unit_price=price,
                        client_id=client,
                        operation_key=key,
                    ),
                )
                for who, number, quantity, price, client, key in wishes
            ],
        )

    @rule(wishes=st.lists(orders, max_size=5))
    def order(self, wishes: list[Any]) -> None:
        """Order some things, some under numbers that were handed out, some of them twice."""
        self.settle(
            "place_orders",
            [
                (
                    who,
                    ordering(
                        *(line(*item) for item in items),
                        client_id=client,
                        operation_key=key,
                        number=self.reserved[0] if named and self.reserved else None,
                    ),
                )
                for who, items, client, key, named in wishes
            ],
        )

    @rule()
    def reserve(self) -> None:
        """Hand out a number; the shops' own numbers differ by the gaps of lists."""
        ours = self.run(self.together.reserve_order_number(self.together.operator))
        theirs = self.run(self.alone.reserve_order_number(self.alone.operator))
        if ours == theirs:
            self.reserved = [ours]

    @rule(number=numbers, quantity=quantities)
    def deliver(self, number: int, quantity: str) -> None:
        """Take goods in."""
        self.both(
            "move_stock",
            MoveStockCommand(product_id=ProductId(number), quantity=Quantity.of(quantity)),
        )

    @rule(number=numbers, price=prices)
    def change_price(self, number: int, price: Money) -> None:
        """Sell for another price from now on."""
        self.both(
            "update_product", UpdateProductCommand(product_id=ProductId(number), sale_price=price)
        )

    @rule(number=st.sampled_from([3]))
    def remove(self, number: int) -> None:
        """Take a product off the lists."""
        self.both("remove_product", number)

    @invariant()
    def both_stand_alike(self) -> None:
        """Balances, sales and orders agree, and the books add up."""
        assert self.state_of(self.together) == self.state_of(self.alone)

    def state_of(self, shop: Shop) -> Any:
        """Return all that must agree."""
        assert books_in_memory(shop.container.adapters.store()).mistakes() == []
        boss = shop.administrator
        shelf = self.run(shop.list_products(boss, PageRequest())).items
        sold = self.run(shop.list_sales(boss, ListSalesQuery())).items
        placed = self.run(shop.list_orders(boss, ListOrdersQuery())).items
        return (
            [(product.id, product.balance, product.sale_price) for product in shelf],
            sorted((sale.product_id, sale.quantity.as_text(), sale.total) for sale in sold),
            sorted((order.total, len(order.items), str(order.client_id)) for order in placed),
        )


TestLists = ListsMachine.TestCase
TestLists.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
