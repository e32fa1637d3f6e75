"""What the description says about failures: those of a route, and those that all routes have."""

from collections.abc import Iterable
from typing import Any

from cashhaven_adapters.litestar.failures import UNSERVED, Failure, status_of
from cashhaven_adapters.litestar.idempotency import InvalidIdempotencyKey
from cashhaven_adapters.litestar.json_schema import Schema, Schemas
from cashhaven_adapters.litestar.json_text import Unreadable
from cashhaven_adapters.litestar.routes import Declaration, Level
from cashhaven_domain.shared.access import PasswordChangeRequired
from cashhaven_domain.shared.errors import (
    AccessDenied,
    DomainError,
    InvalidInput,
    KeyReused,
    NotSignedIn,
    OperationExpired,
    OperationInUse,
    OutcomeUnknown,
    StorageBusy,
    StorageFull,
    StorageLost,
)

SHARED = {
    "408": "BodyTooSlow",
    "413": "BodyTooLarge",
    "414": "AddressTooLong",
    "415": "WrongMediaType",
    "431": "HeadersTooLarge",
    "500": "InternalError",
    "503": "Unavailable",
}
"""Statuses that mean the same on every route, and their components."""

_OF_BODIES = ("408", "413", "415")
_RETRIED = ("409", "429", "503")

_SENTENCES = {
    400: "venda: deve ser maior que zero",
    401: "Entre no sistema para continuar",
    403: "Você não tem permissão para isto",
    404: "Não encontrado",
    409: "O estado atual não permite isto",
    422: "Os dados não combinam",
    429: "Tentativas demais; aguarde um pouco",
    503: "O serviço está indisponível no momento; tente de novo",
}
_STORAGE = (StorageBusy, StorageLost, StorageFull, OutcomeUnknown)
OVERLOAD = {
    "DEADLINE": "A operação demorou demais e foi interrompida; confira antes de repetir",
    "OVERLOADED": "Muitas requisições ao mesmo tempo",
}


def failures_of(
    declaration: Declaration, schemas: Schemas, *, has_body: bool, has_id: bool
) -> dict[str, Schema]:
    """Return the failures of a route, by status."""
    errors: list[type[DomainError]] = [InvalidInput]
    if has_body:
        errors.append(Unreadable)
    if declaration.keyed:
        errors += [InvalidIdempotencyKey, OperationInUse, OperationExpired, KeyReused]
    if declaration.level in {Level.USER, Level.ADMINISTRATOR}:
        errors.append(NotSignedIn)
    if declaration.level is not Level.PUBLIC:
        errors += [AccessDenied, PasswordChangeRequired]
    errors += declaration.errors
    samples: dict[int, dict[str, str]] = {}
    for error in errors:
        samples.setdefault(status_of(error), {})[error.code] = _sentence(error)
    if has_id:
        samples.setdefault(404, {})["NOT_FOUND"] = UNSERVED[404][1]
    responses = {
        str(status): _response(str(status), told, schemas)
        for status, told in samples.items()
        if str(status) not in SHARED
    }
    for status, component in SHARED.items():
        if has_body or status not in _OF_BODIES:
            responses.setdefault(status, {"$ref": f"#/components/responses/{component}"})
    return responses


def shared_failures(schemas: Schemas) -> dict[str, Schema]:
    """Return the failures that all routes have, by the names of their components."""
    found = {}
    for status, component in SHARED.items():
        code, sentence = UNSERVED[int(status)]
        told = {code: sentence}
        if status == "503":
            told = {error.code: _sentence(error) for error in _STORAGE} | OVERLOAD
        found[component] = _response(status, told, schemas)
    return found


def _response(status: str, told: dict[str, str], schemas: Schemas) -> Schema:
    response: Schema = {
        "description": ", ".join(f"`{code}`" for code in told),
        "content": {
            "application/json": {
                "schema": schemas.of(Failure),
                "examples": {code: {"value": _envelope(code, told[code])} for code in told},
            }
        },
    }
    if status == "401":
        response["headers"] = {
            "WWW-Authenticate": {"schema": {"type": "string", "examples": ["Bearer"]}}
        }
    if status in _RETRIED:
        response["headers"] = {
            "Retry-After": {
                "description": "Depois de quantos segundos vale a pena repetir",
                "schema": {"type": "integer", "examples": [1]},
            }
        }
    return response


def _envelope(code: str, sentence: str) -> dict[str, Any]:
    return {
        "success": False,
        "errors": [sentence],
        "code": code,
        "request_id": "0f8f1c2e4b6d4a5e9c3b7a1d2e4f6a8b",
    }


def _sentence(error: type[DomainError]) -> str:
    """Return what the error says when it needs no particulars to say it."""
    try:
        sentences: Iterable[str] = error().sentences
    except TypeError:
        sentences = ()
    return next(iter(sentences), _SENTENCES[status_of(error)])
