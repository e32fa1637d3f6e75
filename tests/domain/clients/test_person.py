from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.clients.person import FOLDED_LENGTH, Email
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.errors import InvalidInput
from tests.support.clients import a_person, a_well_known_person, an_address

TODAY = date(2024, 1, 15)


@pytest.mark.parametrize(
    "text",
    [
        "maria@exemplo.com.br",
        "maria.santos+loja@exemplo.com",
        "m@a-b.co",
        "o'neil@exemplo.com",
        "m@xn--exmplo-cua.xn--p1ai",
        f"{'a' * 64}@exemplo.com",
    ],
)
def test_an_address_that_mail_can_reach_is_an_email(text):
    assert str(Email.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maria",
        "maria@",
        "@exemplo.com",
        "maria@exemplo",
        "maria@exemplo.com.",
        "maria@.exemplo.com",
        "maria..santos@exemplo.com",
        ".maria@exemplo.com",
        "maria santos@exemplo.com",
        "maria@exem plo.com",
        "maria@-exemplo.com",
        "maria@exemplo.c",
        "maria@exemplo.com\nbcc: x@y.com",
        "maria@joão@exemplo.com",
        "maria@exemplo.123",
        f"{'a' * 65}@exemplo.com",
    ],
)
def test_anything_else_is_no_email(text):
    with pytest.raises(InvalidInput, match="deve ser um e-mail"):
        Email.parse(text)


def test_an_email_has_254_characters_at_most():
    domain = ".".join(["a" * 63] * 3)
    longest = f"{'m' * (254 - len(domain) - 4)}@{domain}.br"
    assert len(longest) == 254
    assert str(Email(longest)) == longest
    with pytest.raises(InvalidInput, match="no máximo 254"):
        Email(f"m{longest}")


def test_the_domain_of_an_email_is_kept_in_small_letters_and_its_owner_as_written():
    assert Email.parse(" Maria@Exemplo.COM ") == Email("Maria@exemplo.com")


@given(st.emails(domains=st.sampled_from(["exemplo.com.br", "loja.net"])))
def test_an_email_comes_back_from_its_text(text):
    try:
        email = Email.parse(text)
    except InvalidInput:
        return
    assert Email.from_text(email.as_text()) == email


def test_an_address_is_cleaned():
    address = an_address(street="  Rua Ac\u0327ai ", state="sp")
    assert (address.street, address.state) == ("Rua Açai", "SP")


@pytest.mark.parametrize(
    ("part", "wrong", "sentence"),
    [
        ("street", " ", "endereco.rua: não pode ficar vazio"),
        ("number", "1" * 21, "endereco.numero: deve ter no máximo 20 caracteres"),
        ("district", "", "endereco.bairro: não pode ficar vazio"),
        ("city", "a\0b", "endereco.cidade: contém caracteres que não são permitidos"),
        ("state", "XX", "endereco.uf: não existe este estado"),
    ],
)
def test_a_wrong_part_of_an_address_is_named(part, wrong, sentence):
    with pytest.raises(InvalidInput) as refusal:
        an_address(**{part: wrong})
    assert refusal.value.sentences == (sentence,)


def test_a_name_is_cleaned_and_folded_for_searching():
    person = a_person(name="  José  da Conceição ")
    assert person.name == "José  da Conceição"
    assert person.folded_name == "jose da conceicao"


def test_a_folded_name_has_an_end_even_when_folding_lengthens_it():
    assert len(a_person(name="\ufdfa" * 120).folded_name) == FOLDED_LENGTH


@pytest.mark.parametrize("name", ["", "  ", "a" * 121])
def test_a_name_that_cannot_be_is_refused(name):
    with pytest.raises(InvalidInput, match=r"^nome: "):
        a_person(name=name)


def test_nobody_was_born_before_1900():
    assert a_person(birth_date=date(1900, 1, 1)).birth_date == date(1900, 1, 1)
    with pytest.raises(InvalidInput, match=r"^nascimento: deve ser a partir de 1900$"):
        a_person(birth_date=date(1899, 12, 31))


def test_nobody_was_born_tomorrow():
    a_person(birth_date=TODAY).require_plausible(today=TODAY, strict_cpf=False)
    with pytest.raises(InvalidInput, match=r"^nascimento: não pode ser no futuro$"):
        a_person(birth_date=date(2024, 1, 16)).require_plausible(today=TODAY, strict_cpf=False)


def test_check_digits_matter_only_to_a_strict_shop():
    a_person().require_plausible(today=TODAY, strict_cpf=False)
    with pytest.raises(InvalidInput, match=r"^cpf: os dígitos verificadores não conferem$"):
        a_person().require_plausible(today=TODAY, strict_cpf=True)
    a_person(cpf=Cpf("52998224725")).require_plausible(today=TODAY, strict_cpf=True)


def test_a_strict_shop_does_not_judge_again_a_cpf_that_it_knows():
    renamed = a_person(name="Maria Silva")
    renamed.require_plausible(today=TODAY, strict_cpf=True, before=a_person())


def test_everything_implausible_is_said_at_once():
    with pytest.raises(InvalidInput) as refusal:
        a_person(birth_date=date(2025, 1, 1)).require_plausible(today=TODAY, strict_cpf=True)
    assert len(refusal.value.sentences) == 2


def test_nothing_of_a_person_shows_in_a_repr():
    person = a_well_known_person()
    shown = repr([person, person.cpf, person.phone, person.email, person.address])
    for secret in ("Maria", "12345678900", "99999", "exemplo", "1990", "Paulista"):
        assert secret not in shown
