"""Exact quantities."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.exact import number_of, steps_of, text_of

STEP = Decimal("0.001")
HIGHEST_QUANTITY = Decimal("99999.999")

_HIGHEST = 99_999_999
_TOO_HIGH = "deve ser no máximo 99999,999"


class Unit(StrEnum):
    """How a product is counted; it is for showing, fractions are taken with both."""

    PIECE = "un"
    KILOGRAM = "kg"


@dataclass(frozen=True, slots=True, order=True, init=False, repr=False)
class Quantity:
    """So much of a product, exact to a thousandth; negative only in the ledger.

    Raises:
        InvalidInput: not finite, finer than a thousandth, or beyond 99 999.999.
    """

    thousandths: int

    def __init__(self, amount: Decimal) -> None:
        steps = steps_of(amount, places=3, highest=_HIGHEST, too_high=_TOO_HIGH)
        object.__setattr__(self, "thousandths", steps)

    @classmethod
    def of_thousandths(cls, thousandths: int) -> Self:
        """Return the quantity of so many thousandths.

        Raises:
            InvalidInput: beyond 99 999.999.
        """
        if not -_HIGHEST <= thousandths <= _HIGHEST:
            raise InvalidInput(_TOO_HIGH)
        quantity = object.__new__(cls)
        object.__setattr__(quantity, "thousandths", thousandths)
        return quantity

    @classmethod
    def of(cls, text: str | int) -> Self:
        """Return the quantity written with a decimal point: `Quantity.of("0.35")`."""
        return cls(Decimal(text))

    @classmethod
    def zero(cls) -> Self:
        """Return nothing."""
        return cls.of_thousandths(0)

    def __add__(self, other: Self) -> Self:
        return self.of_thousandths(self.thousandths + other.thousandths)

    def __sub__(self, other: Self) -> Self:
        return self.of_thousandths(self.thousandths - other.thousandths)

    def __neg__(self) -> Self:
        return self.of_thousandths(-self.thousandths)

    @property
    def amount(self) -> Decimal:
        """The number, with three decimals."""
        return number_of(self.thousandths, places=3)

    @property
    def is_positive(self) -> bool:
        """Whether there is any of it."""
        return self.thousandths > 0

    @property
    def is_negative(self) -> bool:
        """Whether it takes away."""
        return self.thousandths < 0

    @property
    def plain(self) -> Decimal:
        """Return the number without trailing zeros: 100, 0.35."""
        return Decimal(self.as_text())

    def as_text(self) -> str:
        """Return the quantity with a decimal point and without trailing zeros."""
        whole, rest = divmod(self.thousandths, 1000)
        if not rest:
            return str(whole)
        return text_of(self.thousandths, places=3).rstrip("0")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the quantity that `as_text` wrote."""
        return cls(Decimal(text))

    def __str__(self) -> str:
        return self.as_text().replace(".", ",")

    def __repr__(self) -> str:
        return f"Quantity(amount={self.amount!r})"
