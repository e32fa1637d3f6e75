import pytest

from cashhaven_domain.orders.access_key import AccessKey, check_digit
from cashhaven_domain.shared.errors import InvalidInput

WITH_LETTERS = "35261112ABC34501DE35650010000001231123456780"
CONTINGENCY = "29261111222333000181650010000001239876543211"


@pytest.mark.parametrize("key", [WITH_LETTERS, CONTINGENCY])
def test_a_right_key_is_taken(key):
    assert AccessKey(key).as_text() == key
    assert AccessKey.from_text(key) == AccessKey(key)
    assert str(AccessKey(key)) == key


def test_a_key_may_be_read_from_paper_in_groups_of_four():
    groups = " ".join(WITH_LETTERS[start : start + 4] for start in range(0, 44, 4))
    assert AccessKey.parse(groups) == AccessKey(WITH_LETTERS)


@pytest.mark.parametrize("key", [WITH_LETTERS, CONTINGENCY])
def test_there_is_one_right_check_digit(key):
    for digit in set("0123456789") - {key[-1]}:
        with pytest.raises(InvalidInput, match="dígito verificador"):
            AccessKey(key[:-1] + digit)


@pytest.mark.parametrize("place", [0, 5, 8, 17, 20, 42])
def test_a_wrong_digit_is_noticed(place):
    other = "7" if CONTINGENCY[place] != "7" else "4"
    with pytest.raises(InvalidInput):
        AccessKey(CONTINGENCY[:place] + other + CONTINGENCY[place + 1 :])


@pytest.mark.parametrize(
    "key",
    [
        "",
        WITH_LETTERS[:-1],
        WITH_LETTERS + "0",
        WITH_LETTERS.lower(),
        "A" + CONTINGENCY[1:],
        CONTINGENCY[:-2] + "A1",
        "２" + CONTINGENCY[1:],
    ],
)
def test_what_has_not_the_shape_of_a_key_is_refused(key):
    with pytest.raises(InvalidInput, match="44 caracteres"):
        AccessKey(key)


def test_rests_of_zero_and_one_both_give_zero():
    assert check_digit("0" * 43) == "0"
    assert check_digit("0" * 42 + "6") == "0"
    assert check_digit("0" * 42 + "1") == "9"
