"""What servers and applications say to one another, as plainly as the ASGI specification has it."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, cast

from litestar.types import HTTPScope

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ARRIVED = "cashhaven.arrived"
"""What our server sets in a scope once the whole request is here: its body needs no waiting."""


ONCE = "cashhaven.once"
"""What our wrapper sets in a scope where no header was sent twice: their values by name."""


def sent(scope: Scope | HTTPScope, header: bytes) -> list[str]:
    """Return the values under which a header was sent; its name in small letters."""
    once = cast("Mapping[bytes, bytes] | None", scope.get(ONCE))
    if once is not None:
        return [once[header].decode("latin-1")] if header in once else []
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]
