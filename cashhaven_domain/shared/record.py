"""Records as plain data and back: commands to compare, receipts to keep, events to send.

A record is a data class of primitives, moments, enumerations, value objects, and tuples of such.
Value objects are written as text (`as_text`) and read with `from_text`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
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


def dump(data: Data) -> str:
    """Return the data as compact JSON text with sorted names: equal data give equal texts."""
    return json.dumps(
        data, default=_tagged, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def load(text: str) -> Data:
    """Return the data that `dump` wrote."""
    return json.loads(text, object_hook=_untagged)


def _tagged(value: object) -> Data:
    assert isinstance(value, Decimal), f"{type(value).__name__} is no data"
    return {"$decimal": f"{value:f}"}


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
