import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.record import dump, dump_without, from_data, load, to_data

ThingId = NewType("ThingId", int)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(Enum):
    SMALL = 1
    LARGE = 2


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    id: ThingId
    name: str
    good: bool
    weight: Quantity
    cost: UnitCost
    exact: Decimal
    made_at: datetime
    day: date
    colour: Colour
    size: Size
    cpf: Cpf | None
    phone: Phone | None
    cep: Cep | None
    note: str | None
    made_of: Part
    parts: tuple[Part, ...]
    numbers: tuple[ThingId, ...]


amounts = st.decimals("-9999999999.99", "9999999999.99", places=2).map(Money)
parts = st.builds(Part, st.text(), amounts)
things = st.builds(
    Thing,
    id=st.integers(1, 2**63 - 1),
    weight=st.decimals("-99999.999", "99999.999", places=3).map(Quantity),
    cost=st.decimals("0", "9999999.9999", places=4).map(UnitCost),
    exact=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20),
    made_at=st.datetimes(timezones=st.just(UTC)),
    cpf=st.none() | st.just(Cpf("12345678900")),
    phone=st.none() | st.just(Phone("+5511999999999")),
    cep=st.none() | st.just(Cep("01310100")),
    made_of=parts,
    parts=st.lists(parts, max_size=3).map(tuple),
    numbers=st.lists(st.integers(1, 10), max_size=3).map(tuple),
)


@given(things)
def test_a_record_comes_back_equal_from_its_text(thing):
    assert from_data(Thing, load(dump(to_data(thing)))) == thing


@given(things)
def test_a_record_that_came_back_is_written_the_same_again(thing):
    text = dump(to_data(thing))
    assert dump(to_data(from_data(Thing, load(text)))) == text


def plain_text(data: object) -> str:
    """The text of data as the standard library writes it: fingerprints and answers of years."""
    return json.dumps(
        data,
        default=lambda number: {"$decimal": f"{number:f}"},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


@given(things)
def test_a_record_is_written_as_its_data_are(thing):
    assert dump(thing) == dump(to_data(thing)) == plain_text(to_data(thing))


@given(things)
def test_a_field_may_be_left_out(thing):
    data = to_data(thing)
    del data["note"]
    assert dump_without("note", thing) == plain_text(data)


class Title(str):
    """A text with a name of its own."""

    __slots__ = ()


class Level(IntEnum):
    LOW = 1


ODD_TEXTS = '"quoted" \\ back\\slash \n\t\x00\x1f\x7f \u2028 ção 🍰 \ud800'


@pytest.mark.parametrize(
    "value",
    [
        ODD_TEXTS,
        {ODD_TEXTS: [ODD_TEXTS]},
        Title("açaí"),
        [True, False, None, -1, 2**70, Decimal("-0.10"), Decimal("1E+3")],
        (Level.LOW, Size.LARGE, Colour.RED),
        {2: "two", 10: "ten", "b": {}, "a": []},
        datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
        date(2026, 1, 2),
        MappingProxyType({"b": 1, "a": range(3)}),
    ],
)
def test_whatever_is_data_is_written_as_the_standard_library_does(value):
    assert dump(value) == plain_text(to_data(value))


def test_what_is_no_record_is_not_written():
    with pytest.raises(AssertionError, match="object is no record"):
        dump([object()])


def test_equal_data_are_written_as_equal_texts():
    assert dump({"b": 1, "a": [Decimal("1.50")]}) == dump({"a": [Decimal("1.50")], "b": 1})


def test_exact_decimals_stay_exact_and_apart_from_texts():
    data = {"number": Decimal("0.10"), "text": "0.10", "whole": Decimal("1E+2")}
    loaded = load(dump(data))
    assert loaded == data
    assert str(loaded["number"]) == "0.10"
    assert isinstance(loaded["text"], str)


def test_names_that_a_newer_version_wrote_are_passed_over():
    data = to_data(Part("lid", Money.of("1.50"))) | {"added_later": 1}
    assert from_data(Part, data) == Part("lid", Money.of("1.50"))


def test_what_an_older_version_did_not_write_has_its_default():
    @dataclass(frozen=True, slots=True)
    class Grown:
        name: str
        colour: Colour = Colour.BLUE

    assert from_data(Grown, {"name": "lid"}) == Grown("lid", Colour.BLUE)


def test_mappings_are_data_too():
    assert to_data({1: Colour.RED, "two": (Money.of(2),)}) == {"1": "red", "two": ["2.00"]}
