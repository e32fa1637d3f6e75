"""A shop and a model of it, driven by chance: after every step both must agree.

The machine knows nothing of storages: it is given the way to one. Rules of other areas are added by
inheriting, with `self.ask` for use cases and `self.products` for the model.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_app.testing import Shop
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey, Settled
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.add_product import AddProductCommand
from cashhaven_domain.stock.use_cases.move_stock import Handling, MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from tests.support.books import books_of
from tests.support.databases import empty
from tests.support.shop_model import (
    Expected,
    balances,
    minimums,
    moved,
    names,
    prices,
    quantities,
    suppliers,
)
from tests.support.shops import shop_on, storage_of

T = TypeVar("T")


class ShopMachine(RuleBasedStateMachine):
    """Products that come, move, change and go."""

    shelf = Bundle("shelf")

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self.shop: Shop = shop_on(self.url)
        self.products: dict[ProductId, Expected] = {}
        self.answers: list[tuple[Callable[[Any, Any], Awaitable[Any]], Any, str, Any]] = []

    @classmethod
    def on(cls, url: str) -> type[Self]:
        """Return this machine for the storage at the address; memory has none."""
        return type(cls.__name__, (cls,), {"url": url})

    def teardown(self) -> None:
        """Leave the storage empty and closed."""
        storage = storage_of(self.shop)
        if not isinstance(storage, MemoryStore):
            self._runner.run(empty(storage))
            self._runner.run(storage.dispose())
        self._runner.close()

    def run(self, work: Awaitable[T]) -> T:
        """Wait for something."""

        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def ask(self, use_case: Callable[[Any, Any], Awaitable[Any]], command: Any) -> tuple[str, Any]:
        """Ask under a key of its own: the code of the refusal, or "" and the receipt."""
        self.shop.clock.advance(timedelta(seconds=1))
        keyed = command
        if hasattr(command, "operation_key"):
            keyed = replace(command, operation_key=OperationKey(f"key {len(self.answers)}"))
        code, receipt = self._answer(use_case, keyed)
        if keyed is not command and code != "INVALID_INPUT":
            self.answers.append((use_case, keyed, code, receipt))
        return code, receipt

    def _answer(
        self, use_case: Callable[[Any, Any], Awaitable[Any]], command: Any
    ) -> tuple[str, Any]:
        try:
            answer = self.run(use_case(self.shop.administrator, command))
        except DomainError as refusal:
            return refusal.code, refusal.sentences
        return "", answer.receipt if isinstance(answer, Settled) else answer

    def is_taken(self, product: Expected, *, but: ProductId | None = None) -> bool:
        """Whether another active product is called like this one."""
        return any(
            other.active and other.likeness == product.likeness
            for number, other in self.products.items()
            if number != but
        )

    @initialize(target=shelf, price=prices, quantity=balances)
    def open(self, price: Money, quantity: Quantity) -> Any:
        """Begin with something on the shelf."""
        return self.add("Açaí", "ABC", price, price, quantity, None)

    @rule(
        target=shelf,
        name=names,
        supplier=suppliers,
        purchase_price=prices,
        sale_price=prices,
        quantity=balances,
        minimum=minimums,
    )
    def add_product(
        self,
        name: str,
        supplier: str,
        purchase_price: Money,
        sale_price: Money,
        quantity: Quantity,
        minimum: Quantity | None,
    ) -> Any:
        """Add a product, if there is none like it."""
        return self.add(name, supplier, purchase_price, sale_price, quantity, minimum)

    def add(
        self,
        name: str,
        supplier: str,
        purchase_price: Money,
        sale_price: Money,
        quantity: Quantity,
        minimum: Quantity | None,
    ) -> ProductId:
        """Add a product and expect what must become of it."""
        code, receipt = self.ask(
            self.shop.add_product,
            AddProductCommand(
                name=name,
                supplier=supplier,
                purchase_price=purchase_price,
                sale_price=sale_price,
                balance=quantity,
                minimum=minimum,
            ),
        )
        wanted = Expected(
            name.strip(), supplier, sale_price, purchase_price, minimum, quantity.amount
        )
        if self.is_taken(wanted):
            assert code == "DUPLICATE_PRODUCT"
            return ProductId(10**9)
        assert code == ""
        assert receipt.id not in self.products
        self.products[receipt.id] = wanted
        return ProductId(receipt.id)

    @rule(
        number=shelf,
        quantity=quantities | balances,
        handling=st.sampled_from(Handling),
        price=st.none() | prices,
        supplier=st.none() | suppliers,
    )
    def move(
        self,
        number: ProductId,
        quantity: Quantity,
        handling: Handling,
        price: Money | None,
        supplier: str | None,
    ) -> None:
        """Move the stock by hand."""
        code, receipt = self.ask(
            self.shop.move_stock,
            MoveStockCommand(
                product_id=number,
                quantity=quantity,
                handling=handling,
                purchase_price=price,
                supplier=supplier,
            ),
        )
        before = self.products.get(number)
        expected, after = moved(before, quantity.amount, handling, price, supplier)
        if before is not None and after is not None:
            expected, after = self._unless_taken(number, before, after)
        assert code == expected
        if after is not None:
            assert receipt.balance.amount == after.balance
            self.products[number] = after

    def _unless_taken(
        self, number: ProductId, before: Expected, after: Expected
    ) -> tuple[str, Expected | None]:
        if self.is_taken(after, but=number):
            return "DUPLICATE_PRODUCT", None
        if replace(after, balance=before.balance) == before:
            return "", after
        return "", replace(after, version=before.version + 1)

    @rule(
        number=shelf,
        name=names,
        price=prices,
        minimum=minimums,
        supplier=suppliers,
        behind=st.none() | st.integers(0, 1),
    )
    def correct(
        self,
        number: ProductId,
        name: str,
        price: Money,
        minimum: Quantity | None,
        supplier: str,
        behind: int | None,
    ) -> None:
        """Correct a card, based on the present version, an old one, or none."""
        before = self.products.get(number)
        version = None if behind is None or before is None else before.version - behind
        code, receipt = self.ask(
            self.shop.update_product,
            UpdateProductCommand(
                product_id=number,
                name=name,
                sale_price=price,
                minimum=minimum,
                supplier=supplier,
                version=version,
            ),
        )
        if before is None or not before.active:
            assert code == "PRODUCT_NOT_FOUND"
            return
        if version is not None and version != before.version:
            assert code == "STALE_VERSION"
            return
        after = replace(
            before, name=name.strip(), sale_price=price, minimum=minimum, supplier=supplier
        )
        expected, changed = self._unless_taken(number, before, after)
        assert code == expected
        if changed is not None:
            assert receipt.version == changed.version
            self.products[number] = changed

    @rule(number=shelf)
    def remove(self, number: ProductId) -> None:
        """Take a product off the lists."""
        code, _ = self.ask(self.shop.remove_product, number)
        before = self.products.get(number)
        if before is None or not before.active:
            assert code == "PRODUCT_NOT_FOUND"
            return
        assert code == ""
        self.products[number] = replace(before, active=False, version=before.version + 1)

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Ask again for something that was answered: nothing happens, the answer is the same."""
        use_case, command, code, receipt = data.draw(st.sampled_from(self.answers))
        assert self._answer(use_case, command) == (code, receipt)

    @invariant()
    def books_add_up(self) -> None:
        """Opening and ledger make the balance, never below zero, which the model knows."""
        books = self.run(books_of(storage_of(self.shop)))
        assert books.mistakes() == []
        assert all(balance >= 0 for balance in books.balances.values())
        assert books.balances == {
            number: product.balance for number, product in self.products.items()
        }

    @invariant()
    def lists_show_the_model(self) -> None:
        """What people see is what must be there."""
        page = self.run(self.shop.list_products(self.shop.administrator, PageRequest()))
        shown = {view.id: Expected.of(view) for view in page.items}
        assert shown == {
            number: product for number, product in self.products.items() if product.active
        }
