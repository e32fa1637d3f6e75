"""Readers of single values: what came from outside becomes a value of ours, or a sentence why not.

The sentences carry no field name; whoever asks knows where the value stood.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn, TypeVar

from cashhaven_adapters.litestar.json_text import Data
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import clean
from cashhaven_domain.users.password import LONGEST_PASSWORD

T = TypeVar("T")
Reader = Callable[[Any], Any]

_FIELD = re.compile(r"^\w*: ")


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """How a field is read, and its JSON Schema; `literal` where a query writes it as JSON would."""

    reader: Reader
    schema: Mapping[str, Data] = field(default_factory=lambda: {"type": "string"})
    literal: bool = False


def whole(lowest: int, highest: int) -> Reader:
    """Return a reader of whole numbers within these bounds; in JSON, `2.0` is one."""

    def read(value: Data) -> int:
        if type(value) is int and lowest <= value <= highest:
            return value
        if isinstance(value, Decimal) and value.is_finite() and value == int(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInput("deve ser um número inteiro")
        if value < lowest:
            raise InvalidInput(f"deve ser no mínimo {lowest}")
        if value > highest:
            raise InvalidInput(f"deve ser no máximo {highest}")
        return value

    return read


def exact(value: Data) -> Decimal:
    """Read a number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidInput("deve ser um número")
    number = Decimal(value)
    if not number.is_finite():
        raise InvalidInput("deve ser um número com menos algarismos, sem expoente")
    return number


def money(lowest: Decimal, highest: Decimal) -> Reader:
    """Return a reader of amounts within these bounds."""

    fewest, most = Money(lowest).cents, Money(highest).cents

    def read(value: Data) -> Money:
        if type(value) is int and fewest <= value * 100 <= most:
            return Money.of_cents(value * 100)
        amount = Money(value if type(value) is Decimal and value.is_finite() else exact(value))
        if not fewest <= amount.cents <= most:
            _refuse(amount.amount, lowest, highest)
        return amount

    return read


def quantity(lowest: Decimal, highest: Decimal) -> Reader:
    """Return a reader of quantities within these bounds."""

    fewest, most = Quantity(lowest).thousandths, Quantity(highest).thousandths

    def read(value: Data) -> Quantity:
        if type(value) is int and fewest <= value * 1_000 <= most:
            return Quantity.of_thousandths(value * 1_000)
        amount = Quantity(value if type(value) is Decimal and value.is_finite() else exact(value))
        if not fewest <= amount.thousandths <= most:
            _refuse(amount.amount, lowest, highest)
        return amount

    return read


def _refuse(number: Decimal, lowest: Decimal, highest: Decimal) -> NoReturn:
    if number > highest:
        raise InvalidInput(f"deve ser no máximo {highest:f}".replace(".", ","))
    if lowest == 0:
        raise InvalidInput("não pode ser negativo")
    if lowest > 0:
        raise InvalidInput("deve ser maior que zero")
    raise InvalidInput(f"deve ser no mínimo {lowest:f}".replace(".", ","))


def text(limit: int, *, note: bool = False, numbers: bool = False) -> Reader:
    """Return a reader of cleaned text; with `numbers`, whole numbers are taken for text too."""

    def read(value: Data) -> str:
        if numbers and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise InvalidInput("deve ser um texto")
        return _named_by_caller(lambda: clean(value, field="", limit=limit, note=note))

    return read


def secret(value: Data) -> str:
    """Read a password as it is, blanks included."""
    if not isinstance(value, str):
        raise InvalidInput("deve ser um texto")
    if not value:
        raise InvalidInput("não pode ficar vazio")
    if len(value) > LONGEST_PASSWORD:
        raise InvalidInput(f"deve ter no máximo {LONGEST_PASSWORD} caracteres")
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in value):
        raise InvalidInput("contém caracteres que não são permitidos")
    return value


def parsed(parse: Callable[[str], T]) -> Reader:
    """Return a reader of texts that `parse` understands."""

    def read(value: Data) -> T:
        if not isinstance(value, str):
            raise InvalidInput("deve ser um texto")
        if len(value) > 200:
            raise InvalidInput("deve ter no máximo 200 caracteres")
        return _named_by_caller(lambda: parse(value))

    return read


def _named_by_caller(read: Callable[[], T]) -> T:
    try:
        return read()
    except InvalidInput as error:
        raise InvalidInput(*(_FIELD.sub("", told, count=1) for told in error.sentences)) from None


def flag(value: Data) -> bool:
    """Read a flag of the older kind: 0 or 1."""
    if isinstance(value, bool | int | Decimal) and value in {0, 1}:
        return bool(value)
    raise InvalidInput("deve ser 0 ou 1")


def yes_or_no(value: Data) -> bool:
    """Read a yes or a no."""
    if not isinstance(value, bool):
        raise InvalidInput("deve ser true ou false")
    return value


def one_of(kind: type[Enum]) -> Reader:
    """Return a reader of the members of an enumeration, by value."""
    members = {member.value: member for member in kind}

    def read(value: Data) -> Enum:
        if isinstance(value, str | int) and not isinstance(value, bool) and value in members:
            return members[value]
        raise InvalidInput(f"deve ser um de: {', '.join(map(str, members))}")

    return read
