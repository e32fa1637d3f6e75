import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.users.username import USERNAME_LENGTH, Username, fold_username

texts = st.text(st.characters(codec="utf-8"), max_size=80)


def parse(text):
    return Username.parse(text, field="user")


@given(texts)
def test_folding_twice_is_folding_once(text):
    assert fold_username(fold_username(text)) == fold_username(text)


@given(texts)
def test_neither_case_nor_composition_makes_another_name(text):
    folded = fold_username(text)
    assert fold_username(unicodedata.normalize("NFD", text)) == folded
    assert fold_username(unicodedata.normalize("NFC", text)) == folded
    assert fold_username(text.casefold()) == folded


@given(texts)
def test_a_name_that_was_taken_fits_and_folds_to_what_its_text_folds_to(text):
    try:
        name = parse(text)
    except InvalidInput:
        return
    assert 0 < len(name.folded) <= USERNAME_LENGTH
    assert 0 < len(name.typed) <= USERNAME_LENGTH
    assert name.folded == fold_username(text)
    assert parse(name.typed) == name


def test_a_name_is_trimmed_and_kept_as_typed():
    name = parse("  Maria Silva ")
    assert name.typed == str(name) == "Maria Silva"
    assert name.folded == "maria silva"


@pytest.mark.parametrize(
    ("one", "other"),
    [("ANA", "ana"), ("Joa\u0303o", "JOÃO"), ("STRASSE", "straße"), ("ΣΟΦΟΣ", "σοφος")],
)
def test_names_that_differ_in_case_or_spelling_only_are_one(one, other):
    assert fold_username(one) == fold_username(other)


def test_accents_tell_names_apart():
    assert fold_username("acai") != fold_username("açaí")


@pytest.mark.parametrize("text", ["", "   ", "a\u200bb", "a\tb", "a\x00b", "a\u202eb", "a\u00a0b"])
def test_a_name_of_nothing_or_of_what_nobody_sees_is_refused(text):
    with pytest.raises(InvalidInput, match=r"^user: "):
        parse(text)


@pytest.mark.parametrize("text", ["a" * 65, "ﬃ" * 30])
def test_a_name_has_64_characters_at_most_as_typed_and_folded(text):
    with pytest.raises(InvalidInput, match=r"^user: deve ter no máximo 64 caracteres$"):
        parse(text)


def test_a_name_of_64_characters_is_taken():
    assert parse("a" * 64).folded == "a" * 64
    assert parse("C\u0327" * 64).folded == "\u00e7" * 64
