"""Bodies and replies: the bases of their structs, the envelope, and how replies are written."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Self,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from litestar import Response
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import force_setattr

from cashhaven_adapters.litestar.asgi import Message
from cashhaven_adapters.litestar.fields import CursorText, Limit
from cashhaven_adapters.litestar.json_text import Data
from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.operations import Settled
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.quantity import Quantity

T = TypeVar("T")
V = TypeVar("V")


class Body(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The base of what requests send, in their body or their query."""

    EXAMPLE: ClassVar[Mapping[str, Any] | None] = None
    """What the description shows where the examples of single fields do not agree."""


class PageQuery(Body, kw_only=True, frozen=True):
    """The query of a list that can be read in pages."""

    limit: Limit | None = None
    depois: CursorText | None = None

    def page(self) -> PageRequest:
        """Return which part of the list is wanted."""
        return PageRequest(limit=self.limit, after=self.depois)


class View(Struct, kw_only=True, frozen=True):
    """The base of what replies show; value objects of the domain become what the wire has."""

    def __post_init__(self) -> None:
        """Exchange value objects; the encoder would take them for records of fields."""
        for name, form in _value_fields(type(self)):
            value = getattr(self, name)
            if value is not None and value is not UNSET:
                force_setattr(self, name, form(value))

    @classmethod
    def of(cls, view: object) -> Self:
        """Return what the wire shows of this view: its attributes of the same names."""
        names = _flat_names(cls)
        if names is None:
            return msgspec.convert(view, cls, from_attributes=True)
        return cls(**{name: getattr(view, name) for name in names})


@cache
def _flat_names(kind: type[View]) -> tuple[str, ...] | None:
    """Return the names of the fields, where none of them holds further structs or lists."""
    parts = [part for hint in get_type_hints(kind).values() for part in (hint, *get_args(hint))]
    deep = any(
        get_origin(part) in {list, dict, tuple}
        or (isinstance(part, type) and issubclass(part, Struct))
        for part in parts
    )
    return None if deep else kind.__struct_fields__


Form = Callable[[Any], Decimal | str | msgspec.Raw]


def _without_trailing_zeros(quantity: Quantity) -> Decimal:
    amount = quantity.amount
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize()


_FORMS: Mapping[type, Form] = {
    Money: lambda value: value.amount,
    UnitCost: lambda value: value.amount,
    Quantity: _without_trailing_zeros,
    Cpf: str,
    Phone: str,
    Cep: str,
}


@lru_cache(10_000)
def _written_money(cents: int) -> msgspec.Raw:
    return msgspec.Raw(Money.of_cents(cents).as_text().encode("ascii"))


@lru_cache(10_000)
def _written_quantity(thousandths: int) -> msgspec.Raw:
    return msgspec.Raw(Quantity.of_thousandths(thousandths).as_text().encode("ascii"))


# In replies the same numbers, written already: the same few come again and again.
_WRITTEN: Mapping[type, Form] = {
    **_FORMS,
    Money: lambda value: _written_money(value.cents),
    Quantity: lambda value: _written_quantity(value.thousandths),
}


@cache
def _value_fields(kind: type[View]) -> tuple[tuple[str, Form], ...]:
    return tuple(
        (name, _WRITTEN[choice])
        for name, hint in get_type_hints(kind).items()
        for choice in (hint, *get_args(hint))
        if choice in _WRITTEN
    )


def wire_form(value: object) -> object:
    """Return what the wire has for a value of the domain; other values stay."""
    form = _FORMS.get(type(value))
    return value if form is None else form(value)


class Reply(Struct, Generic[T], kw_only=True, frozen=True):
    """A reply that brings something."""

    success: bool = True
    data: T
    message: str | UnsetType = UNSET
    proximo: str | UnsetType = UNSET


class Done(Struct, kw_only=True, frozen=True):
    """A reply that only says what was done."""

    success: bool = True
    message: Annotated[str, Meta(examples=["Feito"])]


def reply(value: T, *, message: str | UnsetType = UNSET) -> Reply[T]:
    """Return the envelope around a value."""
    return Reply(data=value, message=message)


def done(message: str) -> Done:
    """Return the envelope around a sentence."""
    return Done(message=message)


def listed(page: Page[V], show: Callable[[V], T]) -> Reply[list[T]]:
    """Return the envelope around a list, with where to go on when there is more."""
    return Reply(
        data=[show(item) for item in page.items],
        proximo=page.next.encode() if page.next is not None else UNSET,
    )


def all_of(items: Iterable[V], show: Callable[[V], T]) -> Reply[list[T]]:
    """Return the envelope around everything there is."""
    return Reply(data=[show(item) for item in items])


def with_headers(content: T, headers: Mapping[str, str]) -> Response[T]:
    """Return a reply with further headers."""
    return WireResponse(content, headers=dict(headers))


def settled(
    result: Settled[V], show: Callable[[V], T], *, message: str | UnsetType = UNSET
) -> Response[Reply[T]]:
    """Return the reply of a keyed operation, and say when it was given before."""
    headers = {"Idempotent-Replayed": "true"} if result.replayed else {}
    return with_headers(reply(show(result.receipt), message=message), headers)


_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(content: object) -> bytes:
    """Return the JSON of a reply: decimals as numbers, instants in UTC, CPFs as people read."""
    return _encoder.encode(content)


class WireResponse(Response[T]):
    """A response whose content is written as the contract says."""

    def __init__(
        self,
        content: T,
        *,
        status_code: int | None = None,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        self.content = content
        self.status_code = status_code
        self.headers = {} if headers is None else dict(headers)
        self.media_type = media_type
        self.background = None
        self.cookies = []
        self.encoding = "utf-8"
        self.response_type_encoders = {}

    def render(
        self, content: Data, media_type: str, enc_hook: Callable[[Any], Any] | None = None
    ) -> bytes:
        """Return the bytes of the body; bytes stay as they are."""
        if isinstance(content, bytes):
            return content
        if content is None:
            return b""
        return encode(content)

    def messages(self, status_code: int, media_type: str | Enum | None) -> tuple[Message, Message]:
        """Return what the server is told, where the route has this status and type of its own."""
        status = self.status_code or status_code
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self.headers.items()
        ]
        body = self.render(self.content, "")
        if status not in _BODILESS:
            headers.append((b"content-type", _content_type(self.media_type or media_type)))
            headers.append((b"content-length", b"%d" % len(body)))
        return (
            {"type": "http.response.start", "status": status, "headers": headers},
            {"type": "http.response.body", "body": body, "more_body": False},
        )


_JSON = "application/json"
_BODILESS = frozenset({204, 304})


@cache
def _content_type(media_type: str | Enum | None) -> bytes:
    kind = str(media_type.value if isinstance(media_type, Enum) else media_type or _JSON)
    return (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind).encode("ascii")
