"""Who knocks: what the opening request of a connection says."""

from dataclasses import dataclass
from typing import Self

from cashhaven_adapters.litestar.asgi import Scope, sent
from cashhaven_adapters.litestar.authentication import bearer_token
from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.queries import parameters_of
from cashhaven_adapters.litestar.wire import Body
from cashhaven_domain.stream.events import ClientKind

PROTOCOL = "cashhaven.v1"
_BEARER = "bearer."


class OpeningQuery(Body, kw_only=True, frozen=True):
    """What the address may say: never a token."""

    cliente: ClientKind | None = None


_read_query = reader_of(OpeningQuery)


@dataclass(frozen=True, slots=True)
class Caller:
    """The opening request, taken apart."""

    address: str
    origin: str | None
    token: str | None
    """The token that was shown, in whichever way; `None` when it comes as the first frame."""
    protocol: str | None
    """The protocol to agree on, if one of ours was offered."""

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """Return who sends this request."""
        client = scope.get("client")
        offered: list[str] = scope.get("subprotocols") or []
        shown = [name.removeprefix(_BEARER) for name in offered if name.startswith(_BEARER)]
        token = bearer_token(sent(scope, b"authorization")) or (shown[0] if shown else None)
        origins = sent(scope, b"origin")
        return cls(
            address=client[0] if client else "-",
            origin=", ".join(origins) if origins else None,
            token=token,
            protocol=PROTOCOL if PROTOCOL in offered else None,
        )


def kind_of(scope: Scope) -> ClientKind | None:
    """Return the kind of client that the address names.

    Raises:
        InvalidInput: it names none that there is, or says anything else.
    """
    query: OpeningQuery = _read_query(parameters_of(scope["query_string"]), as_text=True)
    return query.cliente
