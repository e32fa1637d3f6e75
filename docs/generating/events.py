"""The page of the events."""

import dataclasses
from itertools import groupby
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from cashhaven_domain.shared.events import DomainEvent
from generating.code import classes_of, first_line, modules_of, table

_Kind: TypeAlias = Any  # whatever an annotation may be
_UNIONS: tuple[object, ...] = (UnionType, Union)
_COMMON = frozenset(item.name for item in dataclasses.fields(DomainEvent))


def page() -> str:
    """Return the page's text."""
    kinds = [
        kind
        for kind in classes_of(modules_of("cashhaven_domain"))
        if issubclass(kind, DomainEvent) and not kind.__subclasses__()
    ]
    lines = [
        "# Events",
        "",
        "What aggregates record, by the topic that carries it.",
        "Names are permanent, and events only ever gain fields.",
        "Every event has `occurred_at` besides; [the architecture](../architecture/events.md) says"
        " how events are kept.",
        "In the payload, money and quantities are decimal texts, moments are ISO 8601, enumerations"
        " are their values.",
        "",
    ]
    kinds.sort(key=lambda kind: (kind.topic, kind.name))
    for topic, members in groupby(kinds, lambda kind: kind.topic):
        lines += [f"## `{topic}`", ""]
        rows = ([f"`{kind.name}`", _fields(kind), first_line(kind)] for kind in members)
        lines += table(["name", "fields", "meaning"], rows)
    return "\n".join(lines)


def _fields(kind: type[DomainEvent]) -> str:
    named = (item for item in dataclasses.fields(kind) if item.name not in _COMMON)
    return ", ".join(f"`{item.name}`: {_type(item.type)}" for item in named)


def _type(kind: _Kind) -> str:
    parts = [_type(part) for part in get_args(kind)]
    if get_origin(kind) in _UNIONS:
        return " | ".join(parts)
    if parts:
        return f"{get_origin(kind).__name__}[{', '.join(parts)}]"
    if kind is ...:
        return "..."
    return "None" if kind is NoneType else str(kind.__name__)
