import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from cashhaven_adapters.zxcvbn_common_passwords import (
    BRAZILIAN_WORDS,
    ZxcvbnCommonPasswords,
    core_of,
)

COMMON = ZxcvbnCommonPasswords()


def test_more_than_ten_thousand_are_known_that_are_long_enough():
    known = [text for text in FREQUENCY_LISTS["passwords"] if len(text) >= 8]
    assert len(known) >= 10_000
    assert all(COMMON.hold(text) for text in known)


@pytest.mark.parametrize(
    "text",
    [
        "password",
        "iloveyou2",
        "PASSWORD1",
        "football1",
        "trustno1",
        "senha123",
        "Senha@123",
        "mudar123",
        "Mudar@2024",
        "brasil2014",
        "flamengo10",
        "corinthians1910",
        "palmeiras",
        "saopaulofc1",
        "coração1",
        "São-Paulo-2024",
        "123senha123",
        "admin@123",
        "jesusteama",
        "deusefiel7",
        "familia123",
    ],
)
def test_what_people_choose_is_known(text):
    assert COMMON.hold(text)


@pytest.mark.parametrize("text", ["trem azul 47", "pato verde 58", "xk3#qp9z", "senha do trem"])
def test_what_nobody_chooses_is_not(text):
    assert not COMMON.hold(text)


def test_the_words_are_in_the_form_in_which_they_are_compared():
    assert [word for word in BRAZILIAN_WORDS if core_of(word) != word] == []
