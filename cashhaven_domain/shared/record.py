"""Records as plain data and back: commands to compare, receipts to keep, events to send.

A record is a data class of primitives, moments, enumerations, value objects, and tuples of such.
Value objects are written as text (`as_text`) and read with `from_text`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from json.encoder import encode_basestring as _quoted
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Data = Any
"""Whatever JSON can say, and exact decimals."""

Kind = Any
"""Whatever an annotation may be."""

T = TypeVar("T")


def to_data(value: object) -> Data:
    """Return the record as mappings, lists and primitives."""
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_data(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [to_data(item) for item in value]
    as_text = getattr(value, "as_text", None)
    if as_text is not None:
        return as_text()
    assert is_dataclass(value), f"{type(value).__name__} is no record"
    return {item.name: to_data(getattr(value, item.name)) for item in fields(value)}


def from_data(kind: type[T], data: Data) -> T:
    """Return the record of this kind that `to_data` wrote; unknown names are passed over."""
    result: T = _read(kind, data)
    return result


def dump(value: object) -> str:
    """Return the record, or the data made of one, as compact JSON text with sorted names.

    Equal records and equal data give equal texts, and a record the text of its data.
    """
    return _WRITERS[type(value)](value)


def dump_without(name: str, record: object) -> str:
    """Return the text of the record as if it did not have the field of this name."""
    kind: Kind = type(record)
    return _record_writer(kind, name)(record)


def load(text: str) -> Data:
    """Return the data that `dump` wrote."""
    return json.loads(text, object_hook=_untagged)


Writer = Callable[[Any], str]


class _Writers(dict[type, Writer]):
    """What writes a value of each type; found out once per type."""

    def __missing__(self, kind: type) -> Writer:
        self[kind] = writer = _writer_of(kind)
        return writer


_WRITERS = _Writers()


def _list(items: Sequence[object]) -> str:
    return f"[{','.join([_WRITERS[type(item)](item) for item in items])}]"


def _mapping(pairs: Mapping[object, object]) -> str:
    named = sorted([(str(name), item) for name, item in pairs.items()], key=itemgetter(0))
    return f"{{{','.join([f'{_quoted(name)}:{dump(item)}' for name, item in named])}}}"


_FAMILIES: Sequence[tuple[type, Writer]] = (
    (NoneType, lambda _: "null"),
    (bool, lambda yes: "true" if yes else "false"),
    (int, int.__repr__),
    (str, _quoted),
    (Decimal, lambda number: f'{{"$decimal":"{number:f}"}}'),
    (date, lambda moment: f'"{moment.isoformat()}"'),
    (Mapping, _mapping),
    (Sequence, _list),
)


def _writer_of(kind: Kind) -> Writer:
    if issubclass(kind, Enum):
        return {member: dump(member.value) for member in kind}.__getitem__
    for family, writer in _FAMILIES:
        if issubclass(kind, family):
            return writer
    if hasattr(kind, "as_text"):
        return lambda value: _quoted(value.as_text())
    return _record_writer(kind)


@cache
def _record_writer(kind: Kind, left_out: str | None = None) -> Writer:
    assert is_dataclass(kind), f"{kind.__name__} is no record"
    names = sorted(item.name for item in fields(kind) if item.name != left_out)
    if len(names) < _SEVERAL:
        return lambda record: _mapping({name: getattr(record, name) for name in names})
    labels = [f"{_quoted(name)}:" for name in names]
    values_of = attrgetter(*names)

    def write(record: object) -> str:
        parts = zip(labels, values_of(record), strict=True)
        return f"{{{','.join([label + _WRITERS[type(value)](value) for label, value in parts])}}}"

    return write


_SEVERAL = 2
"""Of so many names `attrgetter` gives a tuple."""


def _untagged(pairs: dict[str, Data]) -> Data:
    return Decimal(pairs["$decimal"]) if pairs.keys() == {"$decimal"} else pairs


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Kind, data: Data) -> Data:
    if data is None or kind is Any:
        return data
    kind = getattr(kind, "__supertype__", kind)
    origin: object = get_origin(kind)
    if origin in {Union, UnionType}:
        (kind,) = (choice for choice in get_args(kind) if choice is not NoneType)
        return _read(kind, data)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in data)
    if kind in {bool, int, str, Decimal}:
        return data
    if kind in {datetime, date}:
        return kind.fromisoformat(data)
    if issubclass(kind, Enum):
        return kind(data)
    if hasattr(kind, "from_text"):
        return kind.from_text(data)
    hints = _hints(kind)
    known = {item.name for item in fields(kind) if item.init}
    return kind(**{name: _read(hints[name], data[name]) for name in known & data.keys()})
