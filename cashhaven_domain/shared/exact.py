"""Decimals as whole numbers of a small step: what is kept and reckoned with is always exact."""

from decimal import Context, Decimal, Inexact, InvalidOperation

from cashhaven_domain.shared.errors import InvalidInput

_EXACT = Context(prec=28, traps=[Inexact, InvalidOperation])


def places_of(number: Decimal) -> int:
    """Return how many decimals the finite number needs; trailing zeros need none.

    Arithmetic would not do: it rounds numbers of more than 28 digits before one can look at them.
    """
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    needed = "".join(map(str, digits)).rstrip("0")
    return max(0, -exponent - (len(digits) - len(needed))) if needed else 0


def steps_of(number: Decimal, *, places: int, highest: int, too_high: str) -> int:
    """Return the number in units of its last place: 10.5 with two places is 1050.

    Raises:
        InvalidInput: not finite, finer than `places` decimals, or beyond `highest` steps.
    """
    try:
        scaled = number.scaleb(places, _EXACT)
        if -highest <= scaled <= highest:
            steps = int(scaled)
            if steps == scaled:
                return steps
    except ArithmeticError:
        pass  # What is wrong with it is said below.
    if not number.is_finite():
        raise InvalidInput("deve ser um número finito")
    if places_of(number) > places:
        raise InvalidInput(f"deve ter no máximo {places} casas decimais")
    raise InvalidInput(too_high)


def number_of(steps: int, *, places: int) -> Decimal:
    """Return the number that has so many steps, with all its decimals: 1050 is 10.50."""
    return Decimal(steps).scaleb(-places)


def text_of(steps: int, *, places: int) -> str:
    """Return the number that has so many steps, with a decimal point and all its decimals."""
    if steps < 0:
        return f"-{text_of(-steps, places=places)}"
    digits = str(steps).zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}"


def half_up(dividend: int, divisor: int) -> int:
    """Return the quotient as a whole number; a half goes away from zero. The divisor is above it.

    Raises:
        AssertionError: it is not.
    """
    assert divisor > 0
    if dividend < 0:
        return -half_up(-dividend, divisor)
    return (2 * dividend + divisor) // (2 * divisor)
