"""What a shop's products must be like: the model that a machine compares a shop with."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from hypothesis import strategies as st

from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, Quantity
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.queries import PricedProductView, ProductView
from cashhaven_domain.stock.use_cases.move_stock import Handling

names = st.sampled_from(["Açaí", "ACAI", "Mel", "mel ", "Suco de açaí"])
suppliers = st.sampled_from(["ABC", "abc", "Outro"])
prices = st.integers(1, 2_000).map(lambda cents: Money(Decimal(cents) / 100))
quantities = st.sampled_from(["0.001", "0.5", "1", "3", "7.25", "99999.999"]).map(Quantity.of)
balances = st.sampled_from(["0", "2", "10", "99999.999"]).map(Quantity.of)
minimums = st.none() | balances


@dataclass(frozen=True, slots=True)
class Expected:
    """What a product must be like."""

    name: str
    supplier: str
    sale_price: Money
    purchase_price: Money
    minimum: Quantity | None
    balance: Decimal
    active: bool = True
    version: int = 1

    @property
    def likeness(self) -> tuple[str, str]:
        """What no two active products share."""
        return fold(self.name), fold(self.supplier)

    @classmethod
    def of(cls, view: ProductView) -> Self:
        """Return what an administrator is shown."""
        assert isinstance(view, PricedProductView)
        return cls(
            view.name,
            view.supplier,
            view.sale_price,
            view.purchase_price,
            view.minimum,
            view.balance.amount,
            version=view.version,
        )


def moved(
    before: Expected | None,
    quantity: Decimal,
    handling: Handling,
    price: Money | None,
    supplier: str | None,
) -> tuple[str, Expected | None]:
    """Return how a movement must be refused, or "" and what it must make of the product."""
    if price is not None and handling is not Handling.DELIVERY:
        return "INVALID_INPUT", None
    if before is None or not before.active:
        return "PRODUCT_NOT_FOUND", None
    if handling is not Handling.COUNT and quantity == 0:
        return "INVALID_INPUT", None
    balance = {
        Handling.DELIVERY: before.balance + quantity,
        Handling.WITHDRAWAL: before.balance - quantity,
        Handling.LOSS: before.balance - quantity,
        Handling.COUNT: quantity,
    }[handling]
    if balance < 0:
        return "BALANCE_BELOW_ZERO", None
    if balance > HIGHEST_QUANTITY:
        return "INVALID_INPUT", None
    after = replace(
        before,
        balance=balance,
        purchase_price=price or before.purchase_price,
        supplier=supplier or before.supplier,
    )
    return "", after
