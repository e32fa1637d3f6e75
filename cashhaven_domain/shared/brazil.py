"""Brazilian numbers of persons, telephones and places: taken in any form, kept in one."""

import re
from dataclasses import dataclass
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput

# Area codes in use (Anatel, Plano Geral de Códigos Nacionais).
AREA_CODES = frozenset(
    f"{code}"
    for code in (
        *range(11, 20), *range(21, 23), 24, 27, 28, *range(31, 36), 37, 38, *range(41, 50), 51, 53,
        54, 55, *range(61, 70), 71, 73, 74, 75, 77, 79, *range(81, 90),
        *range(91, 100),
    )
)  # fmt: skip
STATES = frozenset(
    [
        "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
        "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Cpf:
    """The number of a natural person: 11 digits, kept without punctuation.

    Raises:
        InvalidInput: it has not 11 digits, or holds anything but digits, dots and a hyphen.
    """

    digits: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"[0-9]{11}", self.digits, re.ASCII) is None:
            raise InvalidInput("deve ter 11 dígitos")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the number written with or without its punctuation."""
        if re.fullmatch(r"[0-9.\-]*", text.strip(), re.ASCII) is None:
            raise InvalidInput("deve ter só dígitos, pontos e hífen")
        return cls(re.sub(r"[.\-]", "", text.strip()))

    @property
    def has_right_check_digits(self) -> bool:
        """Whether its last two digits follow from the others (rule of the Receita Federal).

        Each is (weighted sum × 10) mod 11, 10 counting as 0; the weights fall to 2. The ten
        numbers of one repeated digit pass the arithmetic and are wrong.
        """
        if len(set(self.digits)) == 1:
            return False
        for length in (9, 10):
            weighted = sum(
                int(digit) * weight
                for digit, weight in zip(self.digits, range(length + 1, 1, -1), strict=False)
            )
            if weighted * 10 % 11 % 10 != int(self.digits[length]):
                return False
        return True

    def as_text(self) -> str:
        """Return the bare digits."""
        return self.digits

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the number that `as_text` wrote."""
        return cls(text)

    def __str__(self) -> str:
        d = self.digits
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"

    def __repr__(self) -> str:
        return "Cpf(…)"


@dataclass(frozen=True, slots=True, order=True)
class Phone:
    """A Brazilian telephone number in E.164 form (`+5511999999999`).

    Raises:
        InvalidInput: no such area code, or not the length of a Brazilian number.
    """

    e164: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"\+55[0-9]{10,11}", self.e164, re.ASCII) is None:
            raise InvalidInput("deve ser um telefone com DDD, como (11) 99999-9999")
        if self.e164[3:5] not in AREA_CODES:
            raise InvalidInput(f"o DDD {self.e164[3:5]} não existe")
        number = self.e164[5:]
        if (len(number) == 9) != (number[0] == "9" and len(number) == 9) or (
            len(number) == 8 and number[0] not in "2345"
        ):
            raise InvalidInput("deve ser um telefone com DDD, como (11) 99999-9999")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the number written in any usual way, with or without country code and trunk zero.

        A mobile number of the former eight digits (first digit 6 to 9) gets the ninth before it.
        """
        text = text.strip()
        if re.fullmatch(r"\+?[0-9 ().\-/]*", text, re.ASCII) is None:
            raise InvalidInput("deve ser um telefone com DDD, como (11) 99999-9999")
        if re.search(r"\(0[0-9]\)", text):
            raise InvalidInput(f"o DDD {text.partition('(')[2][:2]} não existe")
        digits = re.sub(r"[^0-9]", "", text)
        if text.startswith("+") and not digits.startswith("55"):
            raise InvalidInput("deve ser um telefone do Brasil (+55)")
        digits = digits.removeprefix("00")
        if len(digits) in {12, 13} and digits.startswith("55"):
            digits = digits[2:]
        digits = digits.removeprefix("0")
        if len(digits) == 10 and digits[2] in "6789":
            digits = f"{digits[:2]}9{digits[2:]}"
        return cls(f"+55{digits}")

    @property
    def last_four(self) -> str:
        """Return the last four digits, by which a person may be looked up."""
        return self.e164[-4:]

    def as_text(self) -> str:
        """Return the E.164 form."""
        return self.e164

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the number that `as_text` wrote."""
        return cls(text)

    def __str__(self) -> str:
        number = self.e164[5:]
        return f"({self.e164[3:5]}) {number[:-4]}-{number[-4:]}"

    def __repr__(self) -> str:
        return "Phone(…)"


@dataclass(frozen=True, slots=True, order=True)
class Cep:
    """A Brazilian postal code: 8 digits, kept without its hyphen.

    Raises:
        InvalidInput: it has not 8 digits.
    """

    digits: str

    def __post_init__(self) -> None:
        if re.fullmatch(r"[0-9]{8}", self.digits, re.ASCII) is None:
            raise InvalidInput("deve ter 8 dígitos")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the code written with or without its punctuation."""
        return cls(re.sub(r"[.\- ]", "", text.strip()))

    def as_text(self) -> str:
        """Return the bare digits."""
        return self.digits

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the code that `as_text` wrote."""
        return cls(text)

    def __str__(self) -> str:
        return f"{self.digits[:5]}-{self.digits[5:]}"
