"""The field types that request structs are made of: what is taken, and how it is described."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from cashhaven_adapters.litestar.readers import (
    Reader,
    Reads,
    exact,
    flag,
    money,
    parsed,
    quantity,
    secret,
    text,
    whole,
    yes_or_no,
)
from cashhaven_adapters.litestar.time_readers import day, day_or_moment, moment
from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.money import CENT, HIGHEST_AMOUNT, HIGHEST_PRICE, Money, UnitCost
from cashhaven_domain.shared.paging import LARGEST_PAGE, Cursor
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, STEP, Quantity
from cashhaven_domain.shared.text import NAME_LENGTH, NOTE_LENGTH
from cashhaven_domain.users.password import LONGEST_PASSWORD

HIGHEST_INTEGER = 2**63 - 1

_CONTROLS = r"\u0000-\u001f\u007f-\u009f"
_NOTE_CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
_LINE = rf"^[^{_CONTROLS}]*[^\s{_CONTROLS}][^{_CONTROLS}]*$"
_NOTE = rf"^[^{_NOTE_CONTROLS}]*[^\s{_NOTE_CONTROLS}][^{_NOTE_CONTROLS}]*$"


@dataclass(frozen=True, slots=True)
class Also:
    """A second name under which the wire takes a field; both at once are refused."""

    name: str


def Text(limit: int = NAME_LENGTH, *, note: bool = False, numbers: bool = False) -> Reads:  # noqa: N802  # reads as a type where it stands
    """Return the mark of a cleaned text of at most so many characters."""
    schema: dict[str, Any] = {
        "type": ["string", "integer"] if numbers else "string",
        "minLength": 1,
        "maxLength": limit,
        "pattern": _NOTE if note else _LINE,
        "examples": ["Texto"],
    }
    return Reads(text(limit, note=note, numbers=numbers), schema)


def _shown(reads: Reads, *examples: object, **more: object) -> Reads:
    return Reads(reads.reader, {**reads.schema, "examples": [*examples], **more}, reads.literal)


def _integer(lowest: int, highest: int, example: int, **more: object) -> Reads:
    schema = {"type": "integer", "minimum": lowest, "maximum": highest, "examples": [example]}
    return Reads(whole(lowest, highest), {**schema, **more}, literal=True)


def _number(reader: Reader, lowest: Decimal, highest: Decimal, step: Decimal, of: str) -> Reads:
    schema = {
        "type": "number",
        "minimum": lowest,
        "maximum": highest,
        "multipleOf": step,
        "examples": [Decimal(of)],
    }
    return Reads(reader, schema, literal=True)


def _text_of(reader: Reader, example: str, **more: object) -> Reads:
    return Reads(reader, {"type": "string", "examples": [example], **more})


_ZERO = Decimal(0)
_A_CURSOR = Cursor(1, datetime(2024, 1, 15, 10, 0, tzinfo=UTC)).encode()

Id = Annotated[int, _integer(1, HIGHEST_INTEGER, 1)]
Version = Annotated[
    int, _integer(1, HIGHEST_INTEGER, 1, description="A versão em que a mudança se baseia")
]
Limit = Annotated[
    int, _integer(1, LARGEST_PAGE, 100, description="Quantas linhas a página tem no máximo")
]

Name = Annotated[str, _shown(Text(), "Maria Silva")]
Note = Annotated[str, _shown(Text(NOTE_LENGTH, note=True), "Sem granola")]
Search = Annotated[str, _shown(Text(), "acai")]
NumberText = Annotated[
    str, _shown(Text(numbers=True), "1", description="Texto; números inteiros também são aceitos")
]
Secret = Annotated[
    str,
    _text_of(
        secret,
        "uma senha longa",
        minLength=1,
        maxLength=LONGEST_PASSWORD,
        pattern=r"^[^\u0000]*$",
        format="password",
    ),
]

Flag = Annotated[
    bool,
    Reads(
        flag,
        {"type": ["integer", "boolean"], "enum": [0, 1, True, False], "examples": [1]},
        literal=True,
    ),
]
Moment = Annotated[datetime, _text_of(moment, "2024-01-15T10:00:00Z", format="date-time")]
DayOrMoment = Annotated[
    date,
    Reads(
        day_or_moment,
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ],
            "description": "Um dia (inteiro) ou uma data e hora com fuso",
            "examples": ["2024-01-15"],
        },
    ),
]

Price = Annotated[Money, _number(money(CENT, HIGHEST_PRICE), CENT, HIGHEST_PRICE, CENT, "18.50")]
Amount = Annotated[
    Money, _number(money(_ZERO, HIGHEST_AMOUNT), _ZERO, HIGHEST_AMOUNT, CENT, "37.00")
]
Paid = Annotated[Money, _number(money(CENT, HIGHEST_AMOUNT), CENT, HIGHEST_AMOUNT, CENT, "37.00")]
Portion = Annotated[
    Quantity, _number(quantity(STEP, HIGHEST_QUANTITY), STEP, HIGHEST_QUANTITY, STEP, "2")
]
Balance = Annotated[
    Quantity, _number(quantity(_ZERO, HIGHEST_QUANTITY), _ZERO, HIGHEST_QUANTITY, STEP, "100")
]

CursorText = Annotated[
    Cursor,
    _text_of(
        parsed(Cursor.decode),
        _A_CURSOR,
        description="O `proximo` da página anterior",
        pattern="^[A-Za-z0-9_-]+$",
        maxLength=200,
    ),
]

Bit = Literal[0, 1]


def bit(value: bool) -> Bit:
    """Return a flag of the older kind."""
    return 1 if value else 0


PLAIN: Mapping[type, Reads] = {
    Money: _number(
        money(-HIGHEST_AMOUNT, HIGHEST_AMOUNT), -HIGHEST_AMOUNT, HIGHEST_AMOUNT, CENT, "18.50"
    ),
    Quantity: _number(
        quantity(-HIGHEST_QUANTITY, HIGHEST_QUANTITY),
        -HIGHEST_QUANTITY,
        HIGHEST_QUANTITY,
        STEP,
        "2",
    ),
    Decimal: Reads(exact, {"type": "number", "examples": [Decimal("12.5")]}, literal=True),
    UnitCost: Reads(exact, {"type": "number", "examples": [Decimal("12.3456")]}, literal=True),
    Cpf: _text_of(parsed(Cpf.parse), "123.456.789-09", pattern=r"^\s*[.\-]*([0-9][.\-]*){11}\s*$"),
    Phone: _text_of(
        parsed(Phone.parse),
        "(11) 99999-9999",
        pattern=r"^\((1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])\) "
        r"(9[0-9]{4}|[2-5][0-9]{3})-[0-9]{4}$",
    ),
    Cep: _text_of(parsed(Cep.parse), "01310-100", pattern="^[0-9]{5}-?[0-9]{3}$"),
    Cursor: _text_of(parsed(Cursor.decode), _A_CURSOR),
    bool: Reads(yes_or_no, {"type": "boolean", "examples": [True]}, literal=True),
    int: Reads(
        whole(-HIGHEST_INTEGER, HIGHEST_INTEGER), {"type": "integer", "examples": [1]}, True
    ),
    str: _text_of(text(NAME_LENGTH), "Texto"),
    datetime: _text_of(moment, "2024-01-15T10:00:00Z", format="date-time"),
    date: _text_of(day, "2024-01-15", format="date"),
}
"""How values are read and described whose type alone says it."""
