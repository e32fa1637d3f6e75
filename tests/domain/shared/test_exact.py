from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.exact import half_up, number_of, places_of, steps_of, text_of

HIGHEST = 10**9


def steps(number: Decimal, places: int = 2) -> int:
    return steps_of(number, places=places, highest=HIGHEST, too_high="too high")


@pytest.mark.parametrize(("text", "places"), [("1.500", 1), ("100", 0), ("1E+2", 0), ("0.001", 3)])
def test_trailing_zeros_need_no_places(text, places):
    assert places_of(Decimal(text)) == places


@given(st.integers(-HIGHEST, HIGHEST), st.integers(1, 6))
def test_a_number_comes_back_from_its_steps(count, places):
    assert steps(number_of(count, places=places), places) == count
    assert steps(Decimal(text_of(count, places=places)), places) == count
    assert text_of(count, places=places) == f"{number_of(count, places=places):f}"


def said_of(number: Decimal) -> str | None:
    """What is wrong with a number of two decimals, found out slowly."""
    if not number.is_finite():
        return "finito"
    if places_of(number) > 2:
        return "2 casas decimais"
    return "too high" if abs(number) > HIGHEST // 100 else None


@given(st.decimals() | st.decimals(-(10**8), 10**8, places=2))
def test_a_number_is_refused_for_the_first_thing_wrong_with_it(number):
    said = said_of(number)
    if said is None:
        assert Decimal(steps(number)) / 100 == number
    else:
        with pytest.raises(InvalidInput, match=said):
            steps(number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1e999999999", "too high"),
        ("-1e999999", "too high"),
        ("1e-999999999", "2 casas decimais"),
        ("99999999999.001", "2 casas decimais"),
        ("1" * 40, "too high"),
        ("1." + "0" * 60 + "1", "2 casas decimais"),
        ("-sNaN", "finito"),
    ],
)
def test_monsters_are_refused_at_once(text, said):
    with pytest.raises(InvalidInput, match=said):
        steps(Decimal(text))


@pytest.mark.parametrize("text", ["0e999999999", "0e-999999999", "-0", "0." + "0" * 60])
def test_nothing_is_nothing_however_it_is_written(text):
    assert steps(Decimal(text)) == 0


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_a_quotient_is_rounded_half_up_as_decimals_are(dividend, divisor):
    rounded = half_up(dividend, divisor)
    assert abs(Fraction(rounded) - Fraction(dividend, divisor)) <= Fraction(1, 2)
    assert half_up(dividend, 2) == (Decimal(dividend) / 2).quantize(1, rounding=ROUND_HALF_UP)
    assert half_up(dividend * divisor, divisor) == dividend
