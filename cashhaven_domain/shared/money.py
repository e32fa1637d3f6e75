"""Exact money."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.quantity import Quantity, places_of

CENT = Decimal("0.01")
HIGHEST_PRICE = Decimal("9999999.99")
HIGHEST_AMOUNT = Decimal("9999999999.99")
COST_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in reais, exact to the cent.

    Raises:
        InvalidInput: not finite, a fraction of a cent, or beyond what the books can hold.
    """

    amount: Decimal

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise InvalidInput("deve ser um número finito")
        if places_of(self.amount) > 2:
            raise InvalidInput("deve ter no máximo 2 casas decimais")
        if abs(self.amount) > HIGHEST_AMOUNT:
            raise InvalidInput("o valor é maior do que o sistema aceita")
        object.__setattr__(self, "amount", self.amount.quantize(CENT) + 0)

    @classmethod
    def of(cls, text: str | int) -> Self:
        """Return the amount written with a decimal point: `Money.of("12.50")`."""
        return cls(Decimal(text))

    @classmethod
    def zero(cls) -> Self:
        """Return no money."""
        return cls(Decimal(0))

    @classmethod
    def total(cls, amounts: Iterable[Self]) -> Self:
        """Return the sum of the amounts."""
        return cls(sum((money.amount for money in amounts), Decimal(0)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + other.amount)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - other.amount)

    def times(self, quantity: Quantity) -> Self:
        """Return the price of so much, rounded to the cent, half up (the rule of the trade)."""
        exact = self.amount * quantity.amount
        if abs(exact) > HIGHEST_AMOUNT:
            raise InvalidInput("o valor é maior do que o sistema aceita")
        return type(self)(exact.quantize(CENT, rounding=ROUND_HALF_UP))

    def split(self, ways: int) -> tuple[Self, ...]:
        """Return `ways` parts that differ by a cent at most and make up the whole; larger first."""
        assert ways > 0
        cents, rest = divmod(int(self.amount / CENT), ways)
        return tuple(type(self)((cents + (1 if part < rest else 0)) * CENT) for part in range(ways))

    @property
    def is_price(self) -> bool:
        """Whether something may be sold or bought at this amount."""
        return CENT <= self.amount <= HIGHEST_PRICE

    def as_text(self) -> str:
        """Return the amount with a decimal point, as it is stored in records."""
        return f"{self.amount:f}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the amount that `as_text` wrote."""
        return cls(Decimal(text))

    def __str__(self) -> str:
        whole = f"{self.amount:,.2f}".translate(str.maketrans(",.", ".,"))
        return f"R$ {whole}"


@dataclass(frozen=True, slots=True, order=True)
class UnitCost:
    """What one unit cost on average, in reais, to four decimals (half up)."""

    amount: Decimal

    def __post_init__(self) -> None:
        assert self.amount.is_finite()
        rounded = self.amount.quantize(COST_STEP, rounding=ROUND_HALF_UP)
        object.__setattr__(self, "amount", rounded)

    @classmethod
    def of_price(cls, price: Money) -> Self:
        """Return the cost of units that were all bought at this price."""
        return cls(price.amount)

    def after_purchase(self, stocked: Quantity, bought: Quantity, price: Money) -> Self:
        """Return the moving weighted average after `bought` units came in at `price`.

        (stocked × cost + bought × price) ÷ (stocked + bought); a stock before of less than
        nothing counts as nothing.
        """
        before = max(stocked.amount, Decimal(0))
        units = before + bought.amount
        if units <= 0:
            return type(self)(price.amount)
        return type(self)((before * self.amount + bought.amount * price.amount) / units)

    def as_text(self) -> str:
        """Return the cost with a decimal point, as it is stored in records."""
        return f"{self.amount:f}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the cost that `as_text` wrote."""
        return cls(Decimal(text))
