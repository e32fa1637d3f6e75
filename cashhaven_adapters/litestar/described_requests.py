"""What the description says about requests: parameters and bodies."""

from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.fields import HIGHEST_INTEGER
from cashhaven_adapters.litestar.json_schema import (
    Schema,
    Schemas,
    fields_with_hints,
    is_required,
)
from cashhaven_adapters.litestar.queries import query_kind
from cashhaven_adapters.litestar.routes import Declaration

_KEY_HEADER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Nomeia a operação: repetida com a mesma chave e o mesmo conteúdo, vale uma vez",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "3f1c9a52-6f0e-4f43-9d0f-2b1a4f0c7d11",
}
_TAG_HEADER: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "O `ETag` da resposta anterior",
    "schema": {"type": "string"},
    "example": '"0f343b0931126a20f133d67c2b018a3b"',
}


def parameters_of(
    path: str, handler: HTTPRouteHandler, declaration: Declaration, schemas: Schemas
) -> list[Schema]:
    """Return what a route takes in its address and its headers."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": HIGHEST_INTEGER},
            "example": 1,
        }
        for name in names
    ]
    kind = query_kind(handler)
    if kind is not None:
        required = {info.encode_name for info, _ in fields_with_hints(kind) if is_required(info)}
        for name, schema in schemas.properties(kind).items():
            parameters.append(_query_parameter(name, name in required, schema, schemas))
    for name, meaning in declaration.headers.items():
        parameters.append(_header_parameter(name, meaning))
    if declaration.keyed:
        parameters.append(_KEY_HEADER)
    if declaration.cached:
        parameters.append(_TAG_HEADER)
    return parameters


def _query_parameter(name: str, required: bool, schema: Schema, schemas: Schemas) -> Schema:
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        schema = {**{key: schema[key] for key in schema if key != "anyOf"}, **choices[0]}
    parameter: Schema = {
        "name": name,
        "in": "query",
        "required": required,
        "schema": schema,
        "example": schemas.example(schema),
    }
    if "description" in schema:
        parameter["description"] = schema["description"]
    return parameter


def _header_parameter(name: str, meaning: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": meaning,
        "schema": {"type": "string"},
        "example": "texto",
    }


def body_of(handler: HTTPRouteHandler, schemas: Schemas) -> Schema | None:
    """Return what a route takes as its body."""
    if handler.parsed_data_field is None:
        return None
    schema = schemas.of(handler.parsed_data_field.annotation)
    return {
        "required": not handler.parsed_data_field.has_default,
        "content": {"application/json": {"schema": schema, "example": schemas.example(schema)}},
    }
