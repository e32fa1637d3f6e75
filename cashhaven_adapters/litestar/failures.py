"""What went wrong, as a status and the envelope; the only place that knows statuses of errors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, cast

import structlog
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from msgspec import UNSET, Meta, Struct, UnsetType

from cashhaven_adapters.litestar.asgi import Send
from cashhaven_adapters.litestar.request_context import current_request_id
from cashhaven_adapters.litestar.wire import WireResponse, encode
from cashhaven_domain.shared.errors import (
    AccessDenied,
    Conflict,
    DomainError,
    InvalidInput,
    KeyReused,
    LimitExceeded,
    NotFound,
    NotSignedIn,
    StaleAggregate,
    Unavailable,
)

_log = structlog.get_logger("cashhaven.http")

STATUSES: Mapping[type[DomainError], int] = {
    InvalidInput: 400,
    NotSignedIn: 401,
    AccessDenied: 403,
    NotFound: 404,
    Conflict: 409,
    StaleAggregate: 409,
    KeyReused: 422,
    LimitExceeded: 429,
    Unavailable: 503,
}

UNSERVED: Mapping[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "A requisição não pôde ser entendida"),
    401: ("NOT_SIGNED_IN", "Entre no sistema para continuar"),
    403: ("ACCESS_DENIED", "Você não tem permissão para isto"),
    404: ("NOT_FOUND", "Este endereço não existe"),
    405: ("METHOD_NOT_ALLOWED", "Este endereço não aceita este método"),
    406: ("NOT_ACCEPTABLE", "Não há resposta no formato pedido"),
    408: ("REQUEST_TIMEOUT", "A requisição demorou demais para chegar"),
    413: ("BODY_TOO_LARGE", "O conteúdo enviado é grande demais"),
    414: ("ADDRESS_TOO_LONG", "O endereço é longo demais"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "Content-Type: deve ser application/json em UTF-8"),
    426: ("UPGRADE_REQUIRED", "Este endereço só atende por WebSocket"),
    429: ("LIMIT_EXCEEDED", "Requisições demais; aguarde um pouco"),
    431: ("HEADERS_TOO_LARGE", "Os cabeçalhos são grandes demais"),
    500: ("INTERNAL_ERROR", "Ocorreu um erro inesperado; tente de novo ou avise o administrador"),
    503: ("UNAVAILABLE", "O serviço está indisponível no momento; tente de novo"),
}
"""What is refused before the domain hears of it: code and sentence for each status."""


class Failure(Struct, kw_only=True, frozen=True):
    """The envelope of every failure."""

    success: bool = False
    errors: Annotated[list[str], Meta(description="Uma frase por problema", min_length=1)]
    code: Annotated[str, Meta(description="Nunca muda; para programas")]
    request_id: Annotated[str, Meta(description="O mesmo do cabeçalho `X-Request-ID`")]
    detalhes: dict[str, Any] | UnsetType = UNSET


def failure(
    code: str, sentences: Sequence[str], details: Mapping[str, Any] | None = None
) -> Failure:
    """Return the envelope of a failure of the request at work."""
    return Failure(
        errors=list(sentences),
        code=code,
        request_id=current_request_id(),
        detalhes=dict(details) if details else UNSET,
    )


def status_of(error: DomainError | type[DomainError]) -> int:
    """Return the status that the error's family has."""
    kind = error if isinstance(error, type) else type(error)
    return next((STATUSES[base] for base in kind.__mro__ if base in STATUSES), 400)


def _of_domain(_: object, error: DomainError) -> WireResponse[Failure]:
    headers = {}
    status = status_of(error)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if error.replayed:
        headers["Idempotent-Replayed"] = "true"
    return WireResponse(
        failure(error.code, error.sentences, error.details), status_code=status, headers=headers
    )


def _of_framework(_: object, error: HTTPException) -> WireResponse[Failure]:
    status = error.status_code
    extra = error.extra if isinstance(error.extra, list) else []
    if status == 400 and extra and all(item.get("source") == "path" for item in extra):
        status = 404
    if status not in UNSERVED:
        status = 500 if status >= 500 else 400
    if status == 500:
        return _of_bug(_, error)
    code, sentence = UNSERVED[status]
    headers = {
        name.title(): value
        for name, value in (error.headers or {}).items()
        if name.lower() in {"allow", "retry-after", "connection"}
    }
    return WireResponse(failure(code, [sentence]), status_code=status, headers=headers)


def _of_bug(_: object, error: Exception) -> WireResponse[Failure]:
    _log.error("unexpected_error", exc_info=error)
    code, sentence = UNSERVED[500]
    return WireResponse(failure(code, [sentence]), status_code=500)


_HANDLERS: Mapping[type, Callable[[object, Any], WireResponse[Failure]]] = {
    DomainError: _of_domain,
    HTTPException: _of_framework,
    Exception: _of_bug,
}
HANDLERS = cast("ExceptionHandlersMap", _HANDLERS)
"""The same for what the framework refuses itself."""


def answer_to(error: Exception) -> WireResponse[Failure]:
    """Return the answer to a request whose handler raised this."""
    handler = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)
    return handler(None, error)


async def send_failure(
    send: Send, status: int, *, code: str | None = None, sentence: str | None = None, **headers: str
) -> None:
    """Answer outside of the framework, with the same envelope."""
    usual_code, usual_sentence = UNSERVED[status]
    body = encode(failure(code or usual_code, [sentence or usual_sentence]))
    fields = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (name.replace("_", "-").encode("ascii"), value.encode("ascii"))
                for name, value in fields.items()
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
