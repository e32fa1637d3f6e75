"""Replies that a client may keep and ask about again."""

import hashlib
import re
from typing import TypeVar

from litestar import Response

from cashhaven_adapters.litestar.routes import AnyRequest
from cashhaven_adapters.litestar.wire import WireResponse, encode
from cashhaven_domain.shared.access import Actor

T = TypeVar("T")

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
    sent = {
        "ETag": f'"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
        **(headers or {}),
    }
    asked = ", ".join(request.headers.getall("if-none-match", []))
    if matches(asked, tag):
        return WireResponse(b"", status_code=304, headers=sent)  # type: ignore[arg-type]  # no content, so no type of it
    return WireResponse(body, headers=sent)  # type: ignore[arg-type]  # the content, encoded already


def matches(asked: str, tag: str) -> bool:
    """Whether an `If-None-Match` header names this tag; weak tags count (RFC 9110, 13.1.2)."""
    return asked.strip() == "*" or tag in _TAG.findall(asked)
