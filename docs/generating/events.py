"""The page of the events: who hears them, what is stored of them, and how the wire shows them."""

import asyncio
import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from cashhaven_adapters.litestar.schemas.events import WIRE_EVENTS, wire_data
from cashhaven_adapters.litestar.websocket.frames import Event
from cashhaven_adapters.litestar.websocket.topics import topics_of
from cashhaven_adapters.litestar.wire import View, encode
from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.stream.events import Notification
from cashhaven_domain.stream.stored_event import StoredEvent
from generating.code import classes_of, modules_of, table
from tests.support.eventful_day import as_stored, live_through_a_day

_Kind: TypeAlias = Any  # whatever an annotation may be
_UNIONS: tuple[object, ...] = (UnionType, Union)
_COMMON = frozenset(item.name for item in dataclasses.fields(DomainEvent))
_VIEWS = {kind.event: kind.view for kind in WIRE_EVENTS}
_WORDS: Mapping[_Kind, str] = {
    int: "whole number",
    Decimal: "number",
    str: "text",
    bool: "yes or no",
    datetime: "moment",
    NoneType: "`null`",
    msgspec.UnsetType: "absent",
}
_INTRODUCTION = (
    "# Events",
    "",
    "What happens in the shop, by the topic that carries it.",
    "Names are permanent, and events only ever gain fields.",
    "[The architecture](../architecture/events.md) says how events are kept.",
    "",
    "“Stored” is what the payload in the outbox holds besides `occurred_at`:"
    " money and quantities as decimal texts, moments in ISO 8601, enumerations as their values.",
    "“Shown” is the `data` of an `event` frame, with the names and the forms that REST replies"
    " have.",
    "The examples are frames of a day in a shop of the tests.",
    "Nothing that is shown holds purchase prices, costs, margins or addresses, or anything about"
    " clients but their ids.",
    "",
)


def page() -> str:
    """Return the page's text."""
    kinds = [
        kind
        for kind in classes_of(modules_of("cashhaven_domain"))
        if issubclass(kind, DomainEvent) and not kind.__subclasses__()
    ]
    examples = _examples()
    lines = [*_INTRODUCTION]
    kinds.sort(key=lambda kind: (kind.topic, kind.name))
    for topic, members in groupby(kinds, lambda kind: kind.topic):
        lines += [f"## `{topic}`", "", _audience(topic), ""]
        for kind in members:
            lines += _section(kind, examples)
    return "\n".join(lines)


def _audience(topic: str) -> str:
    """Say who may subscribe to the topic."""
    shop = open_shop()
    if topic == Notification.topic:
        return (
            "Heard by those whom a notification is for, at the clients that it is for."
            " All others of this topic are for the servers alone."
        )
    if topic in topics_of(shop.operator):
        return "Heard by every signed-in user."
    if topic in topics_of(shop.administrator):
        return "Heard by administrators."
    return "For the servers alone: they learn from it that what they remember is no longer so."


def _section(kind: type[DomainEvent], examples: Mapping[str, bytes]) -> list[str]:
    about = " ".join((kind.__doc__ or "").split())
    lines = [f"### `{kind.name}`", "", about, "", f"Stored: {_stored(kind)}.", ""]
    if kind not in _VIEWS:
        return [*lines, "Shown to nobody.", ""]
    lines += ["Shown:", "", *table(["field", "is"], _shown(_VIEWS[kind]))]
    example = msgspec.json.format(examples[kind.name], indent=2).decode()
    return [*lines, "```json", example, "```", ""]


def _examples() -> dict[str, bytes]:
    """Return a frame of each event that is shown."""
    shop = open_shop()
    asyncio.run(live_through_a_day(shop))
    frames: dict[str, bytes] = {}
    for offset, happened in enumerate(shop.events, start=1041):
        event = as_stored(happened, offset)
        data = wire_data(event)
        if data is not None:
            frames.setdefault(event.name, _frame(event, data))
    return frames


def _frame(event: StoredEvent, data: View) -> bytes:
    return encode(
        Event(
            topic=event.topic,
            event=event.name,
            offset=event.offset,
            prev=event.offset - 1,
            at=event.at,
            data=data,
        )
    )


def _shown(view: type[View], prefix: str = "") -> Iterator[list[str]]:
    """Return the fields of what is shown, those within others too."""
    names = dict(zip(view.__struct_fields__, view.__struct_encode_fields__, strict=True))
    for field, hint in get_type_hints(view).items():
        name = f"{prefix}{names[field]}"
        choices = get_args(hint) if get_origin(hint) in _UNIONS else (hint,)
        yield [f"`{name}`", " or ".join(_word(choice) for choice in choices)]
        for choice in choices:
            inner = get_args(choice)[0] if get_origin(choice) is list else choice
            if isinstance(inner, type) and issubclass(inner, View):
                yield from _shown(inner, f"{name}[]." if inner is not choice else f"{name}.")


def _word(kind: _Kind) -> str:
    origin: object = get_origin(kind)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in get_args(kind))
    if origin is list:
        return "list of objects"
    return _WORDS.get(kind, "object")


def _stored(kind: type[DomainEvent]) -> str:
    named = (item for item in dataclasses.fields(kind) if item.name not in _COMMON)
    return ", ".join(f"`{item.name}` ({_type(item.type)})" for item in named)


def _type(kind: _Kind) -> str:
    parts = [_type(part) for part in get_args(kind)]
    if get_origin(kind) in _UNIONS:
        return " | ".join(parts)
    if parts:
        return f"{get_origin(kind).__name__}[{', '.join(parts)}]"
    if kind is ...:
        return "..."
    return "None" if kind is NoneType else str(kind.__name__)
