import copy
import pickle
from dataclasses import FrozenInstanceError, fields
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import (
    COST_STEP,
    HIGHEST_AMOUNT,
    HIGHEST_PRICE,
    Money,
    UnitCost,
)
from cashhaven_domain.shared.quantity import Quantity

CENT = Decimal("0.01")

prices = st.integers(1, 999_999_999).map(lambda cents: Money(cents * CENT))
amounts = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda cents: Money(cents * CENT))
small = st.integers(-(10**9), 10**9).map(lambda cents: Money(cents * CENT))
costs = st.integers(0, 10**11 - 1).map(UnitCost.of_ten_thousandths)
quantities = st.integers(1, 99_999_999).map(lambda steps: Quantity(Decimal(steps) / 1000))


@given(amounts)
def test_an_amount_comes_back_from_its_text(money):
    assert Money.from_text(money.as_text()) == money


@given(st.lists(small, max_size=50))
def test_sums_are_exact(parts):
    total = Money.total(parts)
    assert Fraction(total.amount) == sum((Fraction(part.amount) for part in parts), Fraction(0))


@given(small, small)
def test_what_is_added_can_be_taken_away(one, other):
    assert one + other - other == one
    assert Money.zero() + one == one


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_third_decimal_is_refused_and_never_rounded(number):
    if abs(number) > HIGHEST_AMOUNT:
        return
    if number == number.quantize(CENT):
        assert Money(number).amount == number
    else:
        with pytest.raises(InvalidInput, match="2 casas decimais"):
            Money(number)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_is_finite(text):
    with pytest.raises(InvalidInput, match="finito"):
        Money(Decimal(text))


def test_the_books_hold_only_so_much():
    assert Money(HIGHEST_AMOUNT).amount == HIGHEST_AMOUNT
    for number in (HIGHEST_AMOUNT + CENT, -HIGHEST_AMOUNT - CENT, Decimal("1e999999")):
        with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
            Money(number)


def test_no_amount_is_a_negative_zero():
    assert Money.of("-0.00").as_text() == "0.00"
    assert hash(Money.of("-0")) == hash(Money.zero())


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_an_amount_of_so_many_cents_is_the_decimal_one(cents):
    money = Money.of_cents(cents)
    assert money == Money(cents * CENT)
    assert hash(money) == hash(Money(cents * CENT))
    assert money.cents == cents
    assert str(money.amount) == money.as_text() == str(cents * CENT)


@pytest.mark.parametrize("cents", [10**12, -(10**12)])
def test_no_way_leads_beyond_the_books(cents):
    highest = Money(HIGHEST_AMOUNT)
    cent = Money.of_cents(1)
    with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
        Money.of_cents(cents)
    with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
        highest + cent if cents > 0 else Money.zero() - highest - cent
    with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
        Money.total([highest, cent] if cents > 0 else [Money.of_cents(1 - 10**12)] * 2)


@given(amounts, amounts)
def test_amounts_compare_as_their_numbers_do(one, other):
    assert (one == other, one < other, one <= other) == (
        one.amount == other.amount,
        one.amount < other.amount,
        one.amount <= other.amount,
    )


@given(amounts, quantities | quantities.map(lambda quantity: -quantity))
def test_whole_numbers_are_multiplied_as_decimals_are(money, quantity):
    exact = money.amount * quantity.amount
    if abs(exact) > HIGHEST_AMOUNT:
        with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
            money.times(quantity)
    else:
        rounded = exact.quantize(CENT, rounding=ROUND_HALF_UP)
        assert money.times(quantity).amount == rounded


def test_what_would_be_rounded_into_the_books_is_refused():
    price, quantity = Money.of("9980039920.15"), Quantity.of("1.002")
    assert HIGHEST_AMOUNT < price.amount * quantity.amount < HIGHEST_AMOUNT + CENT / 2
    with pytest.raises(InvalidInput, match="maior do que o sistema aceita"):
        price.times(quantity)


@pytest.mark.parametrize("value", [Money.of("-12.50"), UnitCost(Decimal("6.00005"))])
@pytest.mark.parametrize(
    "of_it", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_an_amount_is_copied_as_it_is_and_never_changed(value, of_it):
    assert of_it(value) == value
    assert repr(of_it(value)) == f"{type(value).__name__}(amount={value.amount!r})"
    with pytest.raises(FrozenInstanceError):
        setattr(of_it(value), fields(value)[0].name, 1)


@pytest.mark.parametrize("text", ["12", "12.0", "12.00", "12.000", "1.2e1"])
def test_one_amount_has_one_form(text):
    assert Money.of(text).as_text() == "12.00"


@given(prices, st.integers(1, 200))
def test_a_split_loses_no_cent(money, ways):
    parts = money.split(ways)
    assert len(parts) == ways
    assert Money.total(parts) == money
    assert parts[0] - parts[-1] <= Money.of("0.01")
    assert list(parts) == sorted(parts, reverse=True)


def test_a_split_gives_the_larger_parts_first():
    assert Money.of("10").split(3) == (Money.of("3.34"), Money.of("3.33"), Money.of("3.33"))


@given(st.integers(-(10**9), 10**9), st.integers(1, 200))
def test_a_debt_is_split_exactly_too(cents, ways):
    money = Money(cents * CENT)
    assert Money.total(money.split(ways)) == money


@given(prices, quantities)
def test_a_price_times_a_quantity_is_rounded_half_up(price, quantity):
    exact = Fraction(price.amount) * Fraction(quantity.amount)
    if exact > Fraction(HIGHEST_AMOUNT):
        return
    rounded = Fraction(price.times(quantity).amount)
    difference = rounded - exact
    assert -Fraction(1, 200) < difference <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("price", "quantity", "expected"),
    [
        ("12.00", "2", "24.00"),
        ("49.90", "0.35", "17.47"),  # 17,465
        ("0.01", "0.5", "0.01"),  # 0,005
        ("0.01", "0.499", "0.00"),
        ("1.01", "0.5", "0.51"),  # 0,505: half to even would say 0,50
        ("1.03", "0.5", "0.52"),  # 0,515
    ],
)
def test_half_a_cent_counts_as_one(price, quantity, expected):
    assert Money.of(price).times(Quantity.of(quantity)) == Money.of(expected)


def test_a_product_beyond_the_books_is_refused():
    with pytest.raises(InvalidInput):
        Money(HIGHEST_PRICE).times(Quantity.of("99999.999"))


@given(st.lists(st.tuples(prices, quantities), min_size=1, max_size=20))
def test_a_total_is_the_sum_of_the_rounded_items(lines):
    try:
        items = [price.times(quantity) for price, quantity in lines]
        total = Money.total(items)
    except InvalidInput:
        return
    expected = sum(
        (
            (price.amount * quantity.amount).quantize(CENT, rounding=ROUND_HALF_UP)
            for price, quantity in lines
        ),
        Decimal(0),
    )
    assert total.amount == expected


@pytest.mark.parametrize(
    ("text", "is_price"),
    [
        ("0", False),
        ("-1", False),
        ("0.01", True),
        ("9999999.99", True),
        ("10000000.00", False),
    ],
)
def test_a_price_is_more_than_nothing_and_has_a_bound(text, is_price):
    assert Money.of(text).is_price is is_price


@pytest.mark.parametrize(
    ("text", "said"),
    [("12.5", "R$ 12,50"), ("1234567.89", "R$ 1.234.567,89"), ("-3", "R$ -3,00")],
)
def test_money_is_said_as_people_say_it(text, said):
    assert str(Money.of(text)) == said


@given(quantities, prices, quantities, prices)
def test_an_average_lies_between_what_was_paid(stocked, old, bought, new):
    cost = UnitCost.of_price(old).after_purchase(stocked, bought, new)
    low, high = sorted([old.amount, new.amount])
    assert low <= cost.amount <= high


@given(quantities, prices, quantities, prices)
def test_an_average_is_the_exact_one_rounded_half_up_to_four_decimals(stocked, old, bought, new):
    cost = UnitCost.of_price(old).after_purchase(stocked, bought, new)
    exact = (
        Fraction(stocked.amount) * Fraction(old.amount)
        + Fraction(bought.amount) * Fraction(new.amount)
    ) / (Fraction(stocked.amount) + Fraction(bought.amount))
    assert abs(Fraction(cost.amount) - exact) <= Fraction(1, 20_000)


@given(quantities | quantities.map(lambda quantity: -quantity), costs, quantities, prices)
def test_an_average_is_the_one_that_decimals_make(stocked, cost, bought, price):
    before = max(stocked.amount, Decimal(0))
    value = before * cost.amount + bought.amount * price.amount
    expected = (value / (before + bought.amount)).quantize(COST_STEP, rounding=ROUND_HALF_UP)
    assert cost.after_purchase(stocked, bought, price).amount == expected


@given(st.decimals("0", "99999999", places=7))
def test_a_finer_cost_is_rounded_half_up(number):
    assert UnitCost(number).amount == number.quantize(COST_STEP, rounding=ROUND_HALF_UP)


def test_a_cost_has_four_decimals():
    assert str(UnitCost(Decimal(5)).amount) == UnitCost(Decimal(5)).as_text() == "5.0000"
    assert UnitCost.of_ten_thousandths(50_001) == UnitCost(Decimal("5.0001"))


def test_an_average_is_weighted():
    cost = UnitCost.of_price(Money.of("5.50"))
    assert cost.after_purchase(Quantity.of(100), Quantity.of(50), Money.of("7.00")) == UnitCost(
        Decimal("6.0000")
    )


def test_the_first_goods_on_an_empty_shelf_make_the_average():
    cost = UnitCost.of_price(Money.of("5.50"))
    for stocked in (Quantity.zero(), Quantity.of(-3)):
        assert cost.after_purchase(stocked, Quantity.of(1), Money.of("7")).amount == 7
    assert cost.after_purchase(Quantity.zero(), Quantity.zero(), Money.of("7")).amount == 7


@given(prices)
def test_a_cost_comes_back_from_its_text(price):
    cost = UnitCost.of_price(price)
    assert UnitCost.from_text(cost.as_text()) == cost
    assert cost.as_text().partition(".")[2] == price.as_text().partition(".")[2] + "00"


def test_a_digit_far_behind_the_point_is_seen():
    with pytest.raises(InvalidInput, match="2 casas decimais"):
        Money.of("1." + "0" * 60 + "1")
    assert Money.of("1." + "0" * 60) == Money.of(1)
