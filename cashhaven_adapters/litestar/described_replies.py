"""What the description says about replies."""

from typing import Any, get_args

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.annotations import Kind, origin_of
from cashhaven_adapters.litestar.described_failures import SHARED, failures_of, shared_failures
from cashhaven_adapters.litestar.json_schema import Schema, Schemas
from cashhaven_adapters.litestar.routes import Declaration
from cashhaven_adapters.litestar.stream_positions import HEADER
from cashhaven_adapters.litestar.wire import Reply

_POSITION: Schema = {
    "description": "`<epoch>;<offset>`, de antes da leitura: de onde continuar a ouvir os eventos",
    "schema": {
        "type": "string",
        "pattern": "^[0-9a-f]{32};[0-9]+$",
        "examples": ["00112233445566778899aabbccddeeff;4711"],
    },
}


def replies_of(
    path: str, handler: HTTPRouteHandler, declaration: Declaration, schemas: Schemas
) -> Schema:
    """Return what a route answers, by status."""
    schema = _reply_schema(handler, schemas)
    media_type = str(getattr(handler.media_type, "value", handler.media_type or "application/json"))
    success: Schema = {
        "description": "Feito",
        "content": {media_type: {"schema": schema, "example": schemas.example(schema)}},
    }
    headers: Schema = {}
    if declaration.keyed:
        headers["Idempotent-Replayed"] = {
            "description": "`true` quando a resposta já tinha sido dada",
            "schema": {"type": "string", "enum": ["true"]},
        }
    if declaration.cached:
        headers["ETag"] = {"description": "A versão da resposta", "schema": {"type": "string"}}
    if declaration.positioned:
        headers[HEADER] = _POSITION
    if headers:
        success["headers"] = headers
    responses: Schema = {str(handler.status_code): success}
    if declaration.cached:
        responses["304"] = {"description": "O cliente já tem a versão atual"}
    if declaration.cached and declaration.positioned:
        responses["304"]["headers"] = {HEADER: _POSITION}
    has_body = handler.parsed_data_field is not None
    responses.update(failures_of(declaration, schemas, has_body=has_body, has_id="{" in path))
    for status, meaning in declaration.also.items():
        responses[str(status)] = {**success, "description": meaning}
        if str(status) in SHARED:
            failure = shared_failures(schemas)[SHARED[str(status)]]
            responses[str(status)] = _either(meaning, success, failure)
    return dict(sorted(responses.items()))


def _either(meaning: str, success: Schema, failure: Schema) -> Schema:
    """Describe a status that comes with the usual reply or, from the layers around, an envelope."""
    return {"description": meaning, "content": {**success["content"], **failure["content"]}}


def _reply_schema(handler: HTTPRouteHandler, schemas: Schemas) -> Schema:
    kind: Kind = handler.parsed_return_field.annotation
    if origin_of(kind) is Response:
        (kind,) = get_args(kind)
    if origin_of(kind) is not Reply:
        return schemas.of(kind)
    (content,) = get_args(kind)
    properties: dict[str, Any] = {"success": {"const": True, "examples": [True]}}
    properties["data"] = schemas.of(content)
    if origin_of(content) is list:
        properties["proximo"] = {
            "type": "string",
            "description": "Só quando há mais: o `depois` da próxima página",
            "examples": ["MS4xNzA1MzEyODAwMDAwMDAw"],
        }
    elif "GET" not in handler.http_methods:
        properties["message"] = {"type": "string", "examples": ["Feito"]}
    return {"type": "object", "properties": properties, "required": ["success", "data"]}
