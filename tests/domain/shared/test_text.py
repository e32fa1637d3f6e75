import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.text import NAME_LENGTH, clean, fold

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)


@given(texts)
def test_cleaning_twice_changes_nothing_more(text):
    try:
        once = clean(text, field="nome", limit=400)
    except InvalidInput:
        return
    assert clean(once, field="nome", limit=400) == once


@given(texts)
def test_what_is_clean_is_trimmed_and_composed(text):
    try:
        cleaned = clean(text, field="nome", limit=400)
    except InvalidInput:
        return
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)


def test_letters_and_accents_that_came_apart_are_put_together():
    assert clean("Ac\u0327ai\u0301", field="nome") == "Açaí"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u00a0"])
def test_nothing_but_blanks_is_refused(text):
    with pytest.raises(InvalidInput, match=r"^nome: não pode ficar vazio$"):
        clean(text, field="nome")


def test_a_text_may_be_as_long_as_its_limit_and_no_longer():
    assert clean(" " + "a" * NAME_LENGTH, field="nome") == "a" * NAME_LENGTH
    with pytest.raises(InvalidInput, match=r"^nome: deve ter no máximo 120 caracteres$"):
        clean("a" * (NAME_LENGTH + 1), field="nome")


def test_a_text_is_measured_as_it_is_kept():
    letter = "\u1f82"
    spelled = unicodedata.normalize("NFD", letter)
    assert len(spelled) == 4
    assert clean(spelled * NAME_LENGTH, field="nome") == letter * NAME_LENGTH
    with pytest.raises(InvalidInput, match=r"^nome: deve ter no máximo 120 caracteres$"):
        clean(spelled * (NAME_LENGTH + 1), field="nome")


@pytest.mark.timeout(10)
def test_a_text_of_endless_accents_is_refused_at_once():
    with pytest.raises(InvalidInput, match=r"^nome: deve ter no máximo 120 caracteres$"):
        clean("a" + "\u0301" * 100_000 + "\u0323" * 100_000, field="nome")


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\n"])
def test_controls_and_half_characters_are_refused(character):
    with pytest.raises(InvalidInput, match=r"^nome: contém caracteres"):
        clean(f"a{character}b", field="nome")


def test_a_note_may_hold_tabs_and_line_ends_of_any_system():
    assert clean("a\tb\r\nc\rd\ne", field="nota", note=True) == "a\tb\nc\nd\ne"


def test_a_note_may_hold_no_other_control():
    with pytest.raises(InvalidInput):
        clean("a\x0bb", field="nota", note=True)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text):
    once = fold(text)
    assert fold(once) == once


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Açaí 500ml", "acai 500ml"),
        ("  JOSÉ   da  Conceição ", "jose da conceicao"),
        ("Ac\u0327ai\u0301", "acai"),
        ("STRAẞE", "strasse"),
    ],
)
def test_case_accents_and_repeated_blanks_are_folded_away(text, folded):
    assert fold(text) == folded


def test_percent_and_underscore_stay_what_they_are():
    assert fold("50%_off") == "50%_off"
