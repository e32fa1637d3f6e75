"""Replies that a client may keep and ask about again."""

import hashlib
import re
from typing import Any, NamedTuple, TypeVar, cast

from litestar import Response

from cashhaven_adapters.litestar.asgi import Scope, sent
from cashhaven_adapters.litestar.routes import AnyRequest
from cashhaven_adapters.litestar.wire import WireResponse, encode
from cashhaven_domain.shared.access import Actor

T = TypeVar("T")


class WrittenReply(NamedTuple):
    """A reply as it is sent, and its tag."""

    body: bytes
    tag: str


_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def cached(
    request: AnyRequest, reply: T, actor: Actor, headers: dict[str, str] | None = None
) -> Response[T]:
    """Return the reply with its tag, or 304 to a client that has it already.

    The tag holds for this level of access only: operators and administrators see different things.
    """
    body = encode(reply)
    level = b"administrator" if actor.administrator else b"operator"
    tag = hashlib.sha256(level + b"\n" + body).hexdigest()[:32]
    return cached_as_written(request, WrittenReply(body, tag), headers)


def cached_as_written(
    request: AnyRequest, reply: WrittenReply, headers: dict[str, str] | None = None
) -> Response[Any]:
    """Return a reply that has its bytes and its tag already, or 304."""
    about = {
        "ETag": f'"{reply.tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
        **(headers or {}),
    }
    asked = ", ".join(sent(cast("Scope", request.scope), b"if-none-match"))
    if asked and matches(asked, reply.tag):
        return WireResponse(b"", status_code=304, headers=about)
    return WireResponse(reply.body, headers=about)


def matches(asked: str, tag: str) -> bool:
    """Whether an `If-None-Match` header names this tag; weak tags count (RFC 9110, 13.1.2)."""
    return asked.strip() == "*" or tag in _TAG.findall(asked)
