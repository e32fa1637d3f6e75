import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.naming import (
    FOLDED_LENGTH,
    LONGEST_EXPANSION,
    Match,
    likeness_of,
    place_in_search,
)
from cashhaven_domain.stock.queries import margin_of

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=120)


def test_no_character_folds_to_more_than_was_allowed_for():
    longest = max(len(fold(chr(code))) for code in range(sys.maxunicode + 1))
    assert longest == LONGEST_EXPANSION


@given(words)
def test_a_folded_name_has_room(name):
    assert len(fold(name)) <= FOLDED_LENGTH


@pytest.mark.parametrize("name", ["AÇAÍ 500ML", "acai  500ml", " Ac\u0327ai\u0301 500ml"])
def test_all_spellings_of_a_name_are_alike(name):
    assert likeness_of(name, "Fornecedor ABC") == likeness_of("Açaí 500ml", "FORNECEDOR abc")


@pytest.mark.parametrize(
    ("name", "supplier"), [("Açaí 700ml", "ABC"), ("Açaí 500ml", "ABD"), ("Açaí", "500ml ABC")]
)
def test_another_name_or_supplier_is_not_alike(name, supplier):
    assert likeness_of(name, supplier) != likeness_of("Açaí 500ml", "ABC")
    assert len(likeness_of(name, supplier)) == 32


@pytest.mark.parametrize(
    ("name", "part", "match"),
    [
        ("acai", "acai", Match.EXACT),
        ("acai 500ml", "acai", Match.BEGINNING),
        ("suco de acai", "acai", Match.WORD),
        ("coca-cola", "cola", Match.WORD),
        ("chocolate com cola", "cola", Match.WORD),
        ("chocolate", "cola", Match.ELSEWHERE),
        ("chocolate", "cacau", None),
        ("50% off", "%", Match.ELSEWHERE),
        ("a_b", "_", Match.ELSEWHERE),
        ("a b", "%", None),
        ("aaa", "aa", Match.BEGINNING),
    ],
)
def test_a_name_answers_a_search_more_or_less(name, part, match):
    assert Match.of(name, part) == match


@given(st.lists(st.text("ab c", max_size=6), max_size=12), st.text("ab", min_size=1, max_size=3))
def test_the_best_match_comes_first(names, part):
    found = sorted(
        (place_in_search(name, number, part), name)
        for number, name in enumerate(names)
        if part in name
    )
    kinds = [Match.of(name, part) for _, name in found]
    assert kinds == sorted(kind for kind in kinds if kind is not None)


@pytest.mark.parametrize(
    ("purchase", "sale", "margin"),
    [
        ("5.50", "12.00", "54.17"),
        ("12.00", "12.00", "0.00"),
        ("15.00", "12.00", "-25.00"),
        ("0.01", "9999999.99", "100.00"),
        ("7.00", "8.00", "12.50"),
        ("1.99", "16.00", "87.56"),  # 87,5625
        ("0.03", "8.00", "99.63"),  # 99,625: half to even would say 99,62
    ],
)
def test_the_margin_is_percent_of_the_sale_price_half_up(purchase, sale, margin):
    assert str(margin_of(Money.of(purchase), Money.of(sale))) == margin
