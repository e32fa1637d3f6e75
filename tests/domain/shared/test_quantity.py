import copy
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, Quantity, Unit

steps = st.integers(-40_000_000, 40_000_000)


def of_steps(count: int) -> Quantity:
    return Quantity(Decimal(count) / 1000)


@given(steps)
def test_a_quantity_comes_back_from_its_text(count):
    quantity = of_steps(count)
    assert Quantity.from_text(quantity.as_text()) == quantity
    assert quantity.plain == quantity.amount


@given(steps, steps)
def test_quantities_add_up_exactly(one, other):
    assert of_steps(one) + of_steps(other) == of_steps(one + other)
    assert of_steps(one) - of_steps(other) == of_steps(one - other)
    assert -of_steps(one) == of_steps(-one)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_what_is_finer_than_a_thousandth_is_refused_and_never_rounded(count, places):
    number = Decimal(count).scaleb(-places)
    if abs(number) > HIGHEST_QUANTITY:
        return
    if (number * 1000) == (number * 1000).to_integral_value():
        assert Quantity(number).amount == number
    else:
        with pytest.raises(InvalidInput, match="3 casas decimais"):
            Quantity(number)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_quantity_is_finite(text):
    with pytest.raises(InvalidInput, match="finito"):
        Quantity(Decimal(text))


@pytest.mark.parametrize("text", ["100000", "-100000", "99999.9991e1", "1e999999"])
def test_there_is_a_largest_quantity(text):
    with pytest.raises(InvalidInput, match="99999,999"):
        Quantity.of(text)


def test_the_largest_quantity_is_one():
    assert Quantity(HIGHEST_QUANTITY).as_text() == "99999.999"


@pytest.mark.parametrize(
    ("text", "plain", "said"),
    [
        ("100", "100", "100"),
        ("0.350", "0.35", "0,35"),
        ("1e2", "100", "100"),
        ("0", "0", "0"),
        ("-0.000", "0", "0"),
        ("-2.500", "-2.5", "-2,5"),
    ],
)
def test_a_quantity_is_shown_without_trailing_zeros(text, plain, said):
    quantity = Quantity.of(text)
    assert quantity.as_text() == plain
    assert str(quantity.plain) == plain
    assert str(quantity) == said


@given(steps)
def test_a_quantity_of_so_many_thousandths_is_the_decimal_one(count):
    quantity = Quantity.of_thousandths(count)
    assert quantity == of_steps(count)
    assert hash(quantity) == hash(of_steps(count))
    assert quantity.thousandths == count
    assert str(quantity.amount) == f"{Decimal(count) / 1000:.3f}".replace("-0.000", "0.000")


@pytest.mark.parametrize("beyond", [100_000_000, -100_000_000])
def test_no_way_leads_beyond_the_largest_quantity(beyond):
    largest = Quantity(HIGHEST_QUANTITY)
    step = Quantity.of_thousandths(1)
    with pytest.raises(InvalidInput, match="deve ser no máximo 99999,999"):
        Quantity.of_thousandths(beyond)
    with pytest.raises(InvalidInput, match="deve ser no máximo 99999,999"):
        largest + step if beyond > 0 else -largest - step


@pytest.mark.parametrize(
    "of_it", [copy.copy, copy.deepcopy, lambda q: pickle.loads(pickle.dumps(q))]
)
def test_a_quantity_is_copied_as_it_is_and_never_changed(of_it):
    quantity = Quantity.of("0.350")
    assert of_it(quantity) == quantity
    assert repr(of_it(quantity)) == "Quantity(amount=Decimal('0.350'))"
    with pytest.raises(FrozenInstanceError):
        of_it(quantity).thousandths = 1


def test_a_quantity_knows_its_sign():
    assert Quantity.of("0.001").is_positive
    assert not Quantity.zero().is_positive
    assert not Quantity.zero().is_negative
    assert Quantity.of("-0.001").is_negative
    assert Quantity.of("0.1") < Quantity.of("0.2")


def test_units_are_the_words_of_the_wire():
    assert [unit.value for unit in Unit] == ["un", "kg"]


def test_a_digit_far_behind_the_point_is_seen():
    with pytest.raises(InvalidInput, match="3 casas decimais"):
        Quantity.of("1." + "0" * 60 + "1")
    assert Quantity.of("1." + "0" * 60) == Quantity.of(1)
