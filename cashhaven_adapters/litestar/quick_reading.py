"""The quick way through a body that is as it should be.

The walk of `decoding` finds every mistake and words it; it is slow because it looks for them. Here
a body is decoded into a struct of the same shape with raw values, and each value is read by the
same reader as there. On any doubt nothing is decided: the walk reads the body anew. So the quick
way may refuse what is good, and must never take what the walk refuses or read it otherwise.
"""

from collections.abc import Callable
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cashhaven_adapters.litestar.annotations import (
    Kind,
    choices_of,
    marks_of,
    origin_of,
    unwrapped,
)
from cashhaven_adapters.litestar.decoding import bounds_of
from cashhaven_adapters.litestar.fields import PLAIN, Also
from cashhaven_adapters.litestar.json_text import DEEPEST, Data, exact_number
from cashhaven_adapters.litestar.readers import Reads, one_of
from cashhaven_domain.shared.errors import InvalidInput

DOUBT = object()
"""What the quick way returns when it does not want to decide."""

Convert = Callable[[Any], Any]
"""Takes a raw value; returns what is meant."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


class _DoubtError(Exception):
    """The walk shall decide."""


class _HasNoShapeError(Exception):
    """Values of this kind always go the other way."""


def quick_reader_of(kind: Kind) -> Callable[[bytes], Data]:
    """Return the function that reads a body as this kind, or says that it doubts."""
    try:
        raw, convert = _shape(kind)
    except _HasNoShapeError:
        return lambda _: DOUBT
    decode = msgspec.json.Decoder(raw, float_hook=exact_number).decode

    def read(body: bytes) -> Data:
        # Escapes may hide that two names are one.
        if b"\\" in body or body.count(b"[") + body.count(b"{") > DEEPEST:
            return DOUBT
        try:
            raw_value = decode(body)
            # A name that stands twice is decoded once, and missing when all is written anew.
            if _encode(raw_value).count(b'"') != body.count(b'"'):
                return DOUBT
            return convert(raw_value)
        except (msgspec.MsgspecError, InvalidInput, ValueError, _DoubtError):
            return DOUBT

    return read


def _shape(kind: Kind) -> tuple[Kind, Convert]:
    kind, marks = unwrapped(kind)
    for mark in marks:
        if isinstance(mark, Reads):
            return Any, mark.reader
    origin = origin_of(kind)
    if origin in {Union, UnionType}:
        (choice,) = (arg for arg in get_args(kind) if arg not in {NoneType, UnsetType})
        return _shape(choice)
    if origin in {list, tuple}:
        return _list(kind, marks, origin)
    if issubclass(kind, Struct):
        return _struct(kind)
    if issubclass(kind, Enum):
        return Any, one_of(kind)
    return Any, PLAIN[kind].reader


def _list(
    kind: Kind, marks: tuple[Any, ...], build: Callable[[list[Any]], Any]
) -> tuple[Kind, Convert]:
    raw, convert_item = _shape(get_args(kind)[0])
    fewest, most = bounds_of(marks)

    def convert(value: Data) -> Data:
        if not fewest <= len(value) <= most:
            raise _DoubtError
        return build([convert_item(item) for item in value])

    return list[raw], convert  # type: ignore[valid-type]  # a type made while running


def _struct(kind: type[Struct]) -> tuple[Kind, Convert]:
    hints = get_type_hints(kind, include_extras=True)
    fields = []
    shape = []
    for info in msgspec.structs.fields(kind):
        hint = hints[info.name]
        if any(isinstance(mark, Also) for mark in marks_of(hint)):
            raise _HasNoShapeError
        raw, convert_field = _shape(hint)
        takes_null = NoneType in choices_of(hint)
        required = info.default is msgspec.NODEFAULT and info.default_factory is msgspec.NODEFAULT
        default = msgspec.NODEFAULT if required else UNSET
        choices = Union[raw, None, UnsetType] if takes_null else Union[raw, UnsetType]  # noqa: UP007  # a type made while running
        shape.append((info.name, choices, msgspec.field(name=info.encode_name, default=default)))
        fields.append((info.name, convert_field, takes_null))
    decoded = msgspec.defstruct(kind.__name__, shape, forbid_unknown_fields=True, kw_only=True)
    as_tuple = msgspec.structs.astuple

    def convert(value: Struct) -> Data:
        found: dict[str, Any] = {}
        for (name, convert_field, takes_null), item in zip(fields, as_tuple(value)):  # noqa: B905  # made of one another
            if item is UNSET:
                continue
            if item is not None:
                found[name] = convert_field(item)
            elif takes_null:
                found[name] = None
            else:
                raise _DoubtError
        return kind(**found)

    return decoded, convert
