"""The field types that request structs are made of: what is taken, and how it is described."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from cashhaven_adapters.litestar.readers import (
    LONGEST_SECRET,
    Reads,
    day_or_moment,
    exact,
    flag,
    moment,
    money,
    parsed,
    quantity,
    secret,
    text,
    whole,
)
from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.money import CENT, HIGHEST_AMOUNT, HIGHEST_PRICE, Money, UnitCost
from cashhaven_domain.shared.paging import LARGEST_PAGE, Cursor
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, STEP, Quantity
from cashhaven_domain.shared.text import NAME_LENGTH, NOTE_LENGTH

HIGHEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Also:
    """A second name under which the wire takes a field; both at once are refused."""

    name: str


def Text(limit: int = NAME_LENGTH, *, note: bool = False, numbers: bool = False) -> Reads:  # noqa: N802  # reads as a type where it stands
    """Return the mark of a cleaned text of at most so many characters."""
    return Reads(text(limit, note=note, numbers=numbers))


def _numeric(lowest: Decimal, highest: Decimal, step: Decimal, example: float) -> Meta:
    return Meta(
        extra_json_schema={
            "type": "number",
            "minimum": float(lowest),
            "maximum": float(highest),
            "multipleOf": float(step),
            "examples": [example],
        }
    )


Id = Annotated[
    int,
    Reads(whole(1, HIGHEST_INTEGER), literal=True),
    Meta(ge=1, le=HIGHEST_INTEGER, examples=[1]),
]
Version = Annotated[
    int,
    Reads(whole(1, HIGHEST_INTEGER), literal=True),
    Meta(ge=1, le=HIGHEST_INTEGER, description="A versão em que a mudança se baseia", examples=[1]),
]
Whole = Annotated[
    int,
    Reads(whole(0, HIGHEST_INTEGER), literal=True),
    Meta(ge=0, le=HIGHEST_INTEGER, examples=[0]),
]
Limit = Annotated[
    int,
    Reads(whole(1, LARGEST_PAGE), literal=True),
    Meta(ge=1, le=LARGEST_PAGE, description="Quantas linhas no máximo", examples=[100]),
]
CursorText = Annotated[
    Cursor, Meta(description="O `proximo` da página anterior", examples=[Cursor(1).encode()])
]

Name = Annotated[
    str, Text(NAME_LENGTH), Meta(min_length=1, max_length=NAME_LENGTH, examples=["Maria Silva"])
]
Note = Annotated[
    str,
    Text(NOTE_LENGTH, note=True),
    Meta(min_length=1, max_length=NOTE_LENGTH, examples=["Sem granola"]),
]
Search = Annotated[
    str, Text(NAME_LENGTH), Meta(min_length=1, max_length=NAME_LENGTH, examples=["acai"])
]
NumberText = Annotated[
    str,
    Text(NAME_LENGTH, numbers=True),
    Meta(
        max_length=NAME_LENGTH,
        description="Texto; números inteiros também são aceitos",
        examples=["1"],
        extra_json_schema={"type": ["string", "integer"], "minLength": 1},
    ),
]
Secret = Annotated[
    str,
    Reads(secret),
    Meta(
        min_length=1,
        max_length=LONGEST_SECRET,
        examples=["uma senha longa"],
        extra_json_schema={"format": "password"},
    ),
]
Flag = Annotated[
    bool,
    Reads(flag, literal=True),
    Meta(
        extra_json_schema={
            "type": ["integer", "boolean"],
            "enum": [0, 1, True, False],
            "examples": [1],
        }
    ),
]
Moment = Annotated[datetime, Reads(moment), Meta(tz=True, examples=["2024-01-15T10:00:00Z"])]
DayOrMoment = Annotated[
    date,
    Reads(day_or_moment),
    Meta(
        description="Um dia (inteiro) ou uma data e hora com fuso",
        examples=["2024-01-15"],
        extra_json_schema={
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        },
    ),
]

Price = Annotated[
    Money,
    Reads(money(CENT, HIGHEST_PRICE), literal=True),
    _numeric(CENT, HIGHEST_PRICE, CENT, 18.5),
]
Amount = Annotated[
    Money,
    Reads(money(Decimal(0), HIGHEST_AMOUNT), literal=True),
    _numeric(Decimal(0), HIGHEST_AMOUNT, CENT, 37.0),
]
Portion = Annotated[
    Quantity,
    Reads(quantity(STEP, HIGHEST_QUANTITY), literal=True),
    _numeric(STEP, HIGHEST_QUANTITY, STEP, 2),
]
Balance = Annotated[
    Quantity,
    Reads(quantity(Decimal(0), HIGHEST_QUANTITY), literal=True),
    _numeric(Decimal(0), HIGHEST_QUANTITY, STEP, 100),
]

Bit = Literal[0, 1]


def bit(value: bool) -> Bit:
    """Return a flag of the older kind."""
    return 1 if value else 0


READERS: dict[type, Reads] = {
    Money: Reads(money(-HIGHEST_AMOUNT, HIGHEST_AMOUNT), literal=True),
    Quantity: Reads(quantity(-HIGHEST_QUANTITY, HIGHEST_QUANTITY), literal=True),
    Decimal: Reads(exact, literal=True),
    Cpf: Reads(parsed(Cpf.parse)),
    Phone: Reads(parsed(Phone.parse)),
    Cep: Reads(parsed(Cep.parse)),
    Cursor: Reads(parsed(Cursor.decode)),
}
"""How values are read whose type alone says it."""

SCHEMAS: dict[type, dict[str, Any]] = {
    Money: {"type": "number", "multipleOf": 0.01, "examples": [18.5]},
    UnitCost: {"type": "number", "multipleOf": 0.0001, "examples": [12.3456]},
    Quantity: {"type": "number", "multipleOf": 0.001, "examples": [2]},
    Cpf: {"type": "string", "examples": ["123.456.789-09"]},
    Phone: {"type": "string", "examples": ["(11) 99999-9999"]},
    Cep: {"type": "string", "examples": ["01310-100"]},
    Cursor: {"type": "string", "examples": [Cursor(1).encode()]},
}
"""How the description shows the domain's value objects."""
