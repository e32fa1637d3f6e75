"""What is known of a client as a person: personal data, of which nothing shows in a `repr`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from cashhaven_domain.shared.brazil import STATES, Cep, Cpf, Phone
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.text import NAME_LENGTH, clean, fold

EMAIL_LENGTH = 254
HOUSE_NUMBER_LENGTH = 20
EARLIEST_BIRTH = date(1900, 1, 1)
FOLDED_LENGTH = 2 * NAME_LENGTH
"""Folding can lengthen a name (one sign becomes several letters): what is compared has a limit."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)


def state_named(text: str) -> str:
    """Return the two letters of the state that is meant.

    Raises:
        InvalidInput: there is no such state.
    """
    state = text.strip().upper()
    if state not in STATES:
        raise InvalidInput("não existe este estado")
    return state


def require_birth(day: date) -> date:
    """Return the day when it may be one on which a client was born.

    Raises:
        InvalidInput: nobody that old is a client.
    """
    if day < EARLIEST_BIRTH:
        raise InvalidInput(f"deve ser a partir de {EARLIEST_BIRTH.year}")
    return day


@dataclass(frozen=True, slots=True, order=True)
class Email:
    """An e-mail address; its domain is kept in small letters.

    Raises:
        InvalidInput: no address that mail could reach.
    """

    address: str

    def __post_init__(self) -> None:
        address = self.address.strip()
        if len(address) > EMAIL_LENGTH:
            raise InvalidInput(f"deve ter no máximo {EMAIL_LENGTH} caracteres")
        local, _, domain = address.rpartition("@")
        if _EMAIL.fullmatch(address) is None or len(local) > 64:
            raise InvalidInput("deve ser um e-mail, como maria@exemplo.com.br")
        object.__setattr__(self, "address", f"{local}@{domain.lower()}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address as people write it."""
        return cls(text)

    def as_text(self) -> str:
        """Return the address."""
        return self.address

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the address that `as_text` wrote."""
        return cls(text)

    def __str__(self) -> str:
        return self.address

    def __repr__(self) -> str:
        return "Email(…)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Address:
    """Where a client lives.

    Raises:
        InvalidInput: a part is empty or too long, or there is no such state.
    """

    street: str
    number: str
    district: str
    city: str
    state: str
    cep: Cep

    def __post_init__(self) -> None:
        for name, field, limit in (
            ("street", "rua", NAME_LENGTH),
            ("number", "numero", HOUSE_NUMBER_LENGTH),
            ("district", "bairro", NAME_LENGTH),
            ("city", "cidade", NAME_LENGTH),
        ):
            text = clean(getattr(self, name), field=f"endereco.{field}", limit=limit)
            object.__setattr__(self, name, text)
        try:
            object.__setattr__(self, "state", state_named(self.state))
        except InvalidInput as error:
            raise InvalidInput(f"endereco.uf: {error}") from None

    def __repr__(self) -> str:
        return "Address(…)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """Who a client is and how to reach them.

    Raises:
        InvalidInput: an unusable name, or a birth before 1900.
    """

    name: str
    cpf: Cpf
    phone: Phone
    email: Email | None = None
    birth_date: date | None = None
    address: Address | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean(self.name, field="nome"))
        try:
            if self.birth_date is not None:
                require_birth(self.birth_date)
        except InvalidInput as error:
            raise InvalidInput(f"nascimento: {error}") from None

    @property
    def folded_name(self) -> str:
        """Return the name without case and accents, to search and to sort by."""
        return fold(self.name)[:FOLDED_LENGTH]

    def require_plausible(
        self, *, today: date, strict_cpf: bool, before: "Person | None" = None
    ) -> None:
        """Refuse what the shop does not believe; what was so `before` is not judged again.

        Raises:
            InvalidInput: a birth in the future, or (where the shop is strict) wrong check digits.
        """
        doubts = []
        is_new_cpf = before is None or before.cpf != self.cpf
        if strict_cpf and is_new_cpf and not self.cpf.has_right_check_digits:
            doubts.append("cpf: os dígitos verificadores não conferem")
        if self.birth_date is not None and self.birth_date > today:
            doubts.append("nascimento: não pode ser no futuro")
        if doubts:
            raise InvalidInput(*doubts)

    def __repr__(self) -> str:
        return "Person(…)"
