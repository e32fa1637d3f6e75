"""Exact money."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.exact import half_up, number_of, steps_of, text_of
from cashhaven_domain.shared.quantity import Quantity

CENT = Decimal("0.01")
HIGHEST_PRICE = Decimal("9999999.99")
HIGHEST_AMOUNT = Decimal("9999999999.99")
COST_STEP = Decimal("0.0001")

_HIGHEST_PRICE = 999_999_999
_HIGHEST = 999_999_999_999
_TOO_HIGH = "o valor é maior do que o sistema aceita"


@dataclass(frozen=True, slots=True, order=True, init=False, repr=False)
class Money:
    """An amount in reais, exact to the cent.

    Raises:
        InvalidInput: not finite, a fraction of a cent, or beyond what the books can hold.
    """

    cents: int

    def __init__(self, amount: Decimal) -> None:
        steps = steps_of(amount, places=2, highest=_HIGHEST, too_high=_TOO_HIGH)
        object.__setattr__(self, "cents", steps)

    @classmethod
    def of_cents(cls, cents: int) -> Self:
        """Return the amount of so many cents.

        Raises:
            InvalidInput: beyond what the books can hold.
        """
        if not -_HIGHEST <= cents <= _HIGHEST:
            raise InvalidInput(_TOO_HIGH)
        money = object.__new__(cls)
        object.__setattr__(money, "cents", cents)
        return money

    @classmethod
    def of(cls, text: str | int) -> Self:
        """Return the amount written with a decimal point: `Money.of("12.50")`."""
        return cls(Decimal(text))

    @classmethod
    def zero(cls) -> Self:
        """Return no money."""
        return cls.of_cents(0)

    @classmethod
    def total(cls, amounts: Iterable[Self]) -> Self:
        """Return the sum of the amounts."""
        return cls.of_cents(sum(money.cents for money in amounts))

    def __add__(self, other: Self) -> Self:
        return self.of_cents(self.cents + other.cents)

    def __sub__(self, other: Self) -> Self:
        return self.of_cents(self.cents - other.cents)

    def times(self, quantity: Quantity) -> Self:
        """Return the price of so much, rounded to the cent, half up (the rule of the trade)."""
        return self.of_cents(self.cents_for(quantity))

    def cents_for(self, quantity: Quantity) -> int:
        """Return the cents of `times`, to reckon on with."""
        exact = self.cents * quantity.thousandths
        if not -_HIGHEST * 1000 <= exact <= _HIGHEST * 1000:
            raise InvalidInput(_TOO_HIGH)
        return half_up(exact, 1000)

    def split(self, ways: int) -> tuple[Self, ...]:
        """Return `ways` parts that differ by a cent at most and make up the whole; larger first."""
        assert ways > 0
        cents, rest = divmod(self.cents, ways)
        return tuple(self.of_cents(cents + (1 if part < rest else 0)) for part in range(ways))

    @property
    def amount(self) -> Decimal:
        """The number of reais, with two decimals."""
        return number_of(self.cents, places=2)

    @property
    def is_price(self) -> bool:
        """Whether something may be sold or bought at this amount."""
        return 1 <= self.cents <= _HIGHEST_PRICE

    def as_text(self) -> str:
        """Return the amount with a decimal point, as it is stored in records."""
        return text_of(self.cents, places=2)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the amount that `as_text` wrote."""
        return cls(Decimal(text))

    def __str__(self) -> str:
        whole = f"{self.amount:,.2f}".translate(str.maketrans(",.", ".,"))
        return f"R$ {whole}"

    def __repr__(self) -> str:
        return f"Money(amount={self.amount!r})"


@dataclass(frozen=True, slots=True, order=True, init=False, repr=False)
class UnitCost:
    """What one unit cost on average, in reais, to four decimals (half up)."""

    ten_thousandths: int

    def __init__(self, amount: Decimal) -> None:
        assert amount.is_finite()
        rounded = amount.quantize(COST_STEP, rounding=ROUND_HALF_UP)
        object.__setattr__(self, "ten_thousandths", int(rounded.scaleb(4)))

    @classmethod
    def of_ten_thousandths(cls, ten_thousandths: int) -> Self:
        """Return the cost of so many ten-thousandths of a real."""
        cost = object.__new__(cls)
        object.__setattr__(cost, "ten_thousandths", ten_thousandths)
        return cost

    @classmethod
    def of_price(cls, price: Money) -> Self:
        """Return the cost of units that were all bought at this price."""
        return cls.of_ten_thousandths(price.cents * 100)

    def after_purchase(self, stocked: Quantity, bought: Quantity, price: Money) -> Self:
        """Return the moving weighted average after `bought` units came in at `price`.

        (stocked × cost + bought × price) ÷ (stocked + bought); a stock before of less than
        nothing counts as nothing.
        """
        paid = price.cents * 100
        before = max(stocked.thousandths, 0)
        units = before + bought.thousandths
        if units <= 0:
            return self.of_ten_thousandths(paid)
        value = before * self.ten_thousandths + bought.thousandths * paid
        return self.of_ten_thousandths(half_up(value, units))

    @property
    def amount(self) -> Decimal:
        """The number of reais, with four decimals."""
        return number_of(self.ten_thousandths, places=4)

    def as_text(self) -> str:
        """Return the cost with a decimal point, as it is stored in records."""
        return text_of(self.ten_thousandths, places=4)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the cost that `as_text` wrote."""
        return cls(Decimal(text))

    def __repr__(self) -> str:
        return f"UnitCost(amount={self.amount!r})"
