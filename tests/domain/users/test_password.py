import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.users.errors import WeakPassword
from cashhaven_domain.users.password import LONGEST_PASSWORD, Password, check_password

SHORT = "senha: deve ter pelo menos 8 caracteres"
LONG = "senha: deve ter no máximo 256 caracteres"
COMMON = "senha: é uma das senhas mais usadas; escolha outra"
PATTERN = "senha: é só uma sequência ou repetição; escolha outra"
NAMES = "senha: não pode conter o seu nome, o nome de usuário ou o nome da loja"


def reasons(text, *, shortest=8, common=(), about=()):
    """Return why the password is refused; nothing when it is taken."""
    try:
        check_password(
            Password(text), shortest=shortest, is_common=lambda word: word in common, about=about
        )
    except WeakPassword as refusal:
        return refusal.sentences
    return ()


@pytest.mark.parametrize(
    "text",
    [
        "trem azul 47",
        "cavalo-bateria",
        "XyZw98!k",
        "  com  brancos  ",
        "ça va être ñ",
        "🐴🔋📎🥅🦆🌳🧀🚜",
    ],
)
def test_any_characters_make_a_password(text):
    assert reasons(text) == ()


def test_seven_characters_are_too_few_and_eight_are_enough():
    assert reasons("xk3#qp9") == (SHORT,)
    assert reasons("xk3#qp9z") == ()


def test_the_shop_may_want_more():
    assert reasons("xk3#qp9zxk3", shortest=15) == (SHORT.replace("8", "15"),)


def test_characters_count_and_not_bytes():
    assert reasons("ãéîõüç1") == (SHORT,)
    assert reasons("ãéîõüç1á") == ()


def test_256_characters_are_enough():
    varied = "".join(chr(0x4E00 + 7 * n) for n in range(LONGEST_PASSWORD))
    assert reasons(varied) == ()
    assert reasons(varied + "x") == (LONG,)


def test_1024_bytes_are_enough():
    varied = "".join(chr(0x1F300 + 3 * n) for n in range(LONGEST_PASSWORD))
    assert reasons(varied) == ()
    assert len(varied.encode()) == 1024


def test_a_common_one_is_refused():
    assert reasons("iloveyou2", common={"iloveyou2"}) == (COMMON,)


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "87654321",
        "abcdefgh",
        "zyxwvuts",
        "qwertyui",
        "poiuytre",
        "asdfghjk",
        "aaaaaaaa",
        "abcd1234",
        "1234qwer",
        "aaaabbbb",
        "90123456",
        "senhasenha",
        "abcabcabc",
        "xk3xk3xk3",
        "QwErTyUi",
    ],
)
def test_sequences_and_repetitions_are_refused(text):
    assert reasons(text) == (PATTERN,)


@pytest.mark.parametrize(
    "text",
    [
        "maria-no-parque",
        "o trem da MARIA",
        "silva47silva",
        "msilva--88x",
        "xk3mercado#9",
        "cashhaven#47",
        "cash haven 47",
    ],
)
def test_names_of_its_owner_the_shop_and_the_product_are_refused(text):
    assert reasons(text, about=("María Silva", "msilva", "Mercado Central")) == (NAMES,)


def test_a_short_name_may_be_part_of_a_longer_password():
    assert reasons("banana verde 47", about=("Ana", "ana")) == ()
    assert reasons("ana12987", about=("Ana", "ana")) == (NAMES,)


def test_nothing_is_about_a_name_that_is_not_there():
    assert reasons("xk3#qp9z", about=("", "  ")) == ()


def test_every_reason_is_given():
    assert reasons("ana", about=("ana",)) == (SHORT, PATTERN, NAMES)
    assert reasons("maria", common={"maria"}, about=("maria",)) == (SHORT, COMMON, NAMES)


def test_letters_that_keyboards_send_in_two_ways_are_the_same():
    assert Password("ac\u0327a\u0301i") == Password("açái")


def test_nothing_else_is_made_alike():
    assert len({Password(text) for text in ("Abc", "abc", " abc", "ａbc", "ábc")}) == 5


def test_what_cannot_be_stored_is_no_password():
    with pytest.raises(InvalidInput, match=r"^senha: "):
        Password("abc\ud800")


def test_a_password_is_not_shown():
    assert "trem" not in repr(Password("trem azul 47"))


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_judged_without_a_fault(text):
    assert all(reason.startswith("senha: ") for reason in reasons(text, about=(text, "Maria")))
