import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.brazil import AREA_CODES, STATES, Cep, Cpf, Phone
from cashhaven_domain.shared.errors import InvalidInput

some_digits = st.sampled_from("0123456789")
cpfs = st.text(some_digits, min_size=11, max_size=11)
ceps = st.text(some_digits, min_size=8, max_size=8)
area_codes = st.sampled_from(sorted(AREA_CODES))
mobiles = st.text(some_digits, min_size=8, max_size=8).map(lambda rest: f"9{rest}")
landlines = st.tuples(st.sampled_from("2345"), st.text(some_digits, min_size=7, max_size=7)).map(
    "".join
)


def with_check_digits(base: str) -> str:
    """Return the nine digits with the two that follow from them, worked out another way."""
    digits = [int(digit) for digit in base]
    for _ in range(2):
        rest = sum(digit * (len(digits) + 1 - i) for i, digit in enumerate(digits)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


@given(cpfs)
def test_a_cpf_is_the_same_with_and_without_punctuation(digits):
    cpf = Cpf.parse(digits)
    assert Cpf.parse(str(cpf)) == cpf
    assert Cpf.parse(f"  {digits[:9]}-{digits[9:]} ") == cpf
    assert Cpf.from_text(cpf.as_text()) == cpf
    assert cpf.as_text() == digits


@given(cpfs)
def test_a_cpf_is_written_with_its_punctuation(digits):
    assert re.fullmatch(r"\d{3}\.\d{3}\.\d{3}-\d{2}", str(Cpf(digits)))


def test_a_cpf_is_written_as_the_specification_writes_it():
    assert str(Cpf.parse("12345678900")) == "123.456.789-00"


@pytest.mark.parametrize("text", ["111.444.777-35", "529.982.247-25"])
def test_the_right_check_digits_are_known(text):
    assert Cpf.parse(text).has_right_check_digits


@pytest.mark.parametrize("text", ["123.456.789-00", *(str(digit) * 11 for digit in range(10))])
def test_wrong_check_digits_and_one_repeated_digit_are_known(text):
    assert not Cpf.parse(text).has_right_check_digits


@given(st.text(some_digits, min_size=9, max_size=9).filter(lambda base: len(set(base)) > 1))
def test_of_all_endings_just_one_has_the_right_check_digits(base):
    endings = [f"{number:02}" for number in range(100)]
    right = [base + end for end in endings if Cpf(base + end).has_right_check_digits]
    assert right == [with_check_digits(base)]


@pytest.mark.parametrize(
    "text",
    ["", "1234567890", "123456789012", "123.456.789/00", "1234567890a", "１２３４５６７８９００"],
)
def test_what_has_not_eleven_digits_is_no_cpf(text):
    with pytest.raises(InvalidInput):
        Cpf.parse(text)


@given(area_codes, st.one_of(mobiles, landlines))
def test_every_usual_way_of_writing_gives_the_same_telephone(area, number):
    phone = Phone.parse(f"({area}) {number[:-4]}-{number[-4:]}")
    bare = f"{area}{number}"
    for text in (
        bare,
        f"0{bare}",
        f"55{bare}",
        f"+55{bare}",
        f"0055{bare}",
        f"+55 ({area}) {number}",
        f"+55 {area} {number[:-4]} {number[-4:]}",
        f" {area}.{number[:-4]}.{number[-4:]} ",
        f"(0{area}) {number}",
        f"{area}/{number}",
        str(phone),
        phone.as_text(),
    ):
        assert Phone.parse(text) == phone
    assert Phone.from_text(phone.as_text()) == phone
    assert phone.as_text() == f"+55{bare}"


@given(area_codes, st.sampled_from("6789"), st.text(some_digits, min_size=7, max_size=7))
def test_a_mobile_number_of_eight_digits_gets_its_ninth(area, first, rest):
    assert Phone.parse(f"{area}{first}{rest}") == Phone.parse(f"{area}9{first}{rest}")


def test_a_telephone_is_written_as_the_specification_writes_it():
    assert str(Phone.parse("11999999999")) == "(11) 99999-9999"
    assert str(Phone.parse("1133334444")) == "(11) 3333-4444"


def test_a_number_of_area_code_55_is_not_taken_for_one_with_the_country_code():
    assert Phone.parse("(55) 99999-1234").as_text() == "+5555999991234"
    assert Phone.parse("55 3222-1234").as_text() == "+555532221234"


def test_a_telephone_tells_its_last_four_digits():
    assert Phone.parse("(11) 99999-1234").last_four == "1234"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "99999-9999",
        "(11) 9999",
        "(20) 99999-9999",
        "(11) 89999-9999",
        "(11) 1333-4444",
        "(11) 999999-9999",
        "+1 212 555 0123",
        "+351 912 345 678",
        "11 99999-999x",
        "１１９９９９９９９９９",
    ],
)
def test_what_nobody_in_brazil_could_ring_is_no_telephone(text):
    with pytest.raises(InvalidInput):
        Phone.parse(text)


def test_an_area_code_does_not_begin_with_zero():
    with pytest.raises(InvalidInput, match="o DDD 01 não existe"):
        Phone.parse("(01) 99999-9999")


def test_the_sentence_names_an_area_code_that_does_not_exist():
    with pytest.raises(InvalidInput, match="o DDD 20 não existe"):
        Phone.parse("(20) 99999-9999")


@pytest.mark.parametrize(
    "e164", ["+5511899999999", "+5511133334444", "11999999999", "+55119999999990"]
)
def test_a_telephone_cannot_be_made_around_its_rules(e164):
    with pytest.raises(InvalidInput):
        Phone(e164)


@given(ceps)
def test_a_cep_is_the_same_with_and_without_punctuation(digits):
    cep = Cep.parse(digits)
    assert Cep.parse(str(cep)) == Cep.parse(f"{digits[:2]}.{digits[2:5]}-{digits[5:]}") == cep
    assert Cep.from_text(cep.as_text()) == cep


def test_a_cep_is_written_with_its_hyphen():
    assert str(Cep.parse("01310100")) == "01310-100"


@pytest.mark.parametrize("text", ["", "0131010", "013101000", "0131010a"])
def test_what_has_not_eight_digits_is_no_cep(text):
    with pytest.raises(InvalidInput):
        Cep.parse(text)


def test_numbers_of_persons_do_not_show_in_a_repr():
    assert "12345678900" not in repr(Cpf("12345678900"))
    assert "999999999" not in repr(Phone("+5511999999999"))


def test_there_are_67_area_codes_and_27_states():
    assert (len(AREA_CODES), len(STATES)) == (67, 27)
