"""Plain data into request structs, with a sentence for everything that is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cashhaven_adapters.litestar.annotations import (
    Kind,
    choices_of,
    marks_of,
    origin_of,
    unwrapped,
)
from cashhaven_adapters.litestar.fields import PLAIN, Also
from cashhaven_adapters.litestar.json_text import Data, exact_number, printable
from cashhaven_adapters.litestar.readers import Reads, one_of
from cashhaven_domain.shared.errors import InvalidInput

MOST_SENTENCES = 100
"""How many mistakes one answer names."""

_ABSENT = object()


@dataclass(slots=True)
class Findings:
    """What was found wrong, and whether the values came as text (from an address)."""

    as_text: bool = False
    sentences: list[str] = field(default_factory=list)

    def add(self, where: str, sentence: str) -> Data:
        """Remember a mistake."""
        self.sentences.append(f"{where or 'corpo'}: {sentence}")
        return _ABSENT

    def raise_if_any(self) -> None:
        """Refuse everything when anything was wrong."""
        if not self.sentences:
            return
        more = len(self.sentences) - MOST_SENTENCES
        shown = self.sentences[:MOST_SENTENCES]
        raise InvalidInput(*shown, *([f"corpo: e mais {more} erros"] if more > 0 else []))


Walk = Callable[[Any, str, Findings], Any]


def reader_of(kind: Kind) -> Callable[..., Any]:
    """Return the function that reads plain data as this kind; made once for each route.

    Raises (when called):
        InvalidInput: with every mistake.
    """
    walk = _walk(kind)

    def read(data: Data, *, as_text: bool = False) -> Data:
        findings = Findings(as_text)
        value = walk(data, "", findings)
        findings.raise_if_any()
        return value

    return read


def _walk(kind: Kind) -> Walk:
    kind, marks = unwrapped(kind)
    for mark in marks:
        if isinstance(mark, Reads):
            return _leaf(mark)
    origin = origin_of(kind)
    if origin in {Union, UnionType}:
        (choice,) = (arg for arg in get_args(kind) if arg not in {NoneType, UnsetType})
        return _walk(choice)
    if origin in {list, tuple}:
        return _list(_walk(get_args(kind)[0]), marks, origin)
    assert isinstance(kind, type), f"{kind} cannot be read"
    if issubclass(kind, Struct):
        return _struct(kind)
    if issubclass(kind, Enum):
        return _leaf(Reads(one_of(kind), {}))
    return _leaf(PLAIN[kind])


def _leaf(reads: Reads) -> Walk:
    def walk(value: Data, where: str, findings: Findings) -> Data:
        if findings.as_text and reads.literal:
            value = _literal(value)
        try:
            return reads.reader(value)
        except InvalidInput as error:
            for sentence in error.sentences:
                findings.add(where, sentence)
            return _ABSENT

    return walk


def _literal(text: str) -> Data:
    if text in {"true", "false"}:
        return text == "true"
    unsigned = text.removeprefix("-")
    if unsigned.isascii() and unsigned[:1].isdigit() and unsigned.replace(".", "", 1).isdigit():
        return exact_number(text)
    return text


def bounds_of(marks: tuple[Any, ...]) -> tuple[int, int]:
    """Return how many items a list with these marks has at least and at most."""
    metas = [mark for mark in marks if isinstance(mark, Meta)]
    fewest = max((meta.min_length or 0 for meta in metas), default=0)
    most = min((meta.max_length for meta in metas if meta.max_length is not None), default=1_000)
    return fewest, most


def _list(walk_item: Walk, marks: tuple[Any, ...], build: Callable[[list[Any]], Any]) -> Walk:
    fewest, most = bounds_of(marks)

    def walk(value: Data, where: str, findings: Findings) -> Data:
        if not isinstance(value, list):
            return findings.add(where, "deve ser uma lista")
        if len(value) < fewest:
            return findings.add(where, f"deve ter no mínimo {fewest} item(ns)")
        if len(value) > most:
            return findings.add(where, f"deve ter no máximo {most} itens")
        prefix = f"{where}." if where else ""
        return build([walk_item(item, f"{prefix}{i}", findings) for i, item in enumerate(value)])

    return walk


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a struct, as it is read."""

    attribute: str
    names: tuple[str, ...]
    walk: Walk
    takes_null: bool
    default: Data

    def read(self, data: dict[str, Any], prefix: str, findings: Findings) -> Data:
        """Return the field's value, or nothing when the struct shall fill it in."""
        sent = [name for name in self.names if name in data]
        where = f"{prefix}{sent[0] if sent else self.names[0]}"
        if len(sent) > 1:
            return findings.add(f"{prefix}{', '.join(sent)}", "envie só um dos dois")
        if not sent:
            return findings.add(where, "é obrigatório") if self.default is _ABSENT else _ABSENT
        value = data[sent[0]]
        if value is not None:
            return self.walk(value, where, findings)
        if self.takes_null:
            return None
        if self.default is _ABSENT or self.default is UNSET:
            return findings.add(where, "não pode ser nulo")
        return _ABSENT


@cache
def fields_of(kind: type[Struct]) -> tuple[_Field, ...]:
    """Return the fields of a struct, as they are read."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_field(hints[info.name], info) for info in msgspec.structs.fields(kind))


def _field(hint: Kind, info: msgspec.structs.FieldInfo) -> _Field:
    required = info.default is msgspec.NODEFAULT and info.default_factory is msgspec.NODEFAULT
    others = tuple(mark.name for mark in marks_of(hint) if isinstance(mark, Also))
    return _Field(
        attribute=info.name,
        names=(info.encode_name, *others),
        walk=_walk(hint),
        takes_null=NoneType in choices_of(hint),
        default=_ABSENT if required else info.default,
    )


def _struct(kind: type[Struct]) -> Walk:
    fields = fields_of(kind)
    known = {name for item in fields for name in item.names}

    def walk(value: Data, where: str, findings: Findings) -> Data:
        if not isinstance(value, dict):
            return findings.add(where, "deve ser um objeto")
        prefix = f"{where}." if where else ""
        for name in value:
            if name not in known:
                findings.add(f"{prefix}{printable(name)}", "campo desconhecido")
        found = {item.attribute: item.read(value, prefix, findings) for item in fields}
        if findings.sentences:
            return _ABSENT
        return kind(**{name: item for name, item in found.items() if item is not _ABSENT})

    return walk
