"""Exact quantities."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput

STEP = Decimal("0.001")
HIGHEST_QUANTITY = Decimal("99999.999")


class Unit(StrEnum):
    """How a product is counted; it is for showing, fractions are taken with both."""

    PIECE = "un"
    KILOGRAM = "kg"


def places_of(number: Decimal) -> int:
    """Return how many decimals the finite number needs; trailing zeros need none.

    Arithmetic would not do: it rounds numbers of more than 28 digits before one can look at them.
    """
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    needed = "".join(map(str, digits)).rstrip("0")
    return max(0, -exponent - (len(digits) - len(needed))) if needed else 0


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """So much of a product, exact to a thousandth; negative only in the ledger.

    Raises:
        InvalidInput: not finite, finer than a thousandth, or beyond 99 999.999.
    """

    amount: Decimal

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise InvalidInput("deve ser um número finito")
        if places_of(self.amount) > 3:
            raise InvalidInput("deve ter no máximo 3 casas decimais")
        if abs(self.amount) > HIGHEST_QUANTITY:
            raise InvalidInput(f"deve ser no máximo {HIGHEST_QUANTITY:f}".replace(".", ","))
        object.__setattr__(self, "amount", self.amount.quantize(STEP) + 0)

    @classmethod
    def of(cls, text: str | int) -> Self:
        """Return the quantity written with a decimal point: `Quantity.of("0.35")`."""
        return cls(Decimal(text))

    @classmethod
    def zero(cls) -> Self:
        """Return nothing."""
        return cls(Decimal(0))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + other.amount)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - other.amount)

    def __neg__(self) -> Self:
        return type(self)(-self.amount)

    @property
    def is_positive(self) -> bool:
        """Whether there is any of it."""
        return self.amount > 0

    @property
    def is_negative(self) -> bool:
        """Whether it takes away."""
        return self.amount < 0

    @property
    def plain(self) -> Decimal:
        """Return the number without trailing zeros: 100, 0.35."""
        return Decimal(self.as_text())

    def as_text(self) -> str:
        """Return the quantity with a decimal point and without trailing zeros."""
        text = f"{self.amount:f}"
        return text.rstrip("0").rstrip(".")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the quantity that `as_text` wrote."""
        return cls(Decimal(text))

    def __str__(self) -> str:
        return self.as_text().replace(".", ",")
