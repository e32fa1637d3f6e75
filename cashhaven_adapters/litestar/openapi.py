"""The description of the API (OpenAPI 3.1), made of the same structs that read and write it."""

from collections.abc import Iterable
from typing import Any, get_args

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.annotations import Kind, origin_of
from cashhaven_adapters.litestar.declared_failures import failures_of, shared_failures
from cashhaven_adapters.litestar.failures import Failure
from cashhaven_adapters.litestar.fields import HIGHEST_INTEGER
from cashhaven_adapters.litestar.json_schema import (
    Schema,
    Schemas,
    fields_with_hints,
    is_required,
)
from cashhaven_adapters.litestar.queries import query_kind
from cashhaven_adapters.litestar.routes import Declaration, Level, declaration_of
from cashhaven_adapters.litestar.wire import Reply

ABOUT = """\
Vendas, estoque, clientes e pedidos de uma loja.

Toda resposta vem no envelope `{"success": true, "data": …}` ou `{"success": false, "errors": […],
"code": "…", "request_id": "…"}`. Dinheiro tem no máximo 2 casas decimais, quantidades no máximo 3;
instantes vão e vêm em ISO 8601 com fuso. Campos desconhecidos são recusados.
"""

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


def describe(routes: Iterable[tuple[str, HTTPRouteHandler]]) -> Schema:
    """Return the document."""
    schemas = Schemas()
    schemas.of(Failure)
    paths: dict[str, Schema] = {}
    tags: set[str] = set()
    for path, handler in routes:
        if handler.resolve_include_in_schema() is False:
            continue
        tags.update(handler.resolve_tags())
        for method in sorted(handler.http_methods):
            operation = _operation(path, str(method), handler, schemas)
            paths.setdefault(path, {})[str(method).lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "CashHaven", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in sorted(tags)],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": shared_failures(schemas),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "O `token` que `POST /api/auth/login` devolve",
                }
            },
        },
    }


def _operation(path: str, method: str, handler: HTTPRouteHandler, schemas: Schemas) -> Schema:
    declaration = declaration_of(handler)
    assert declaration is not None
    operation: Schema = {
        "operationId": _operation_id(path, method, handler),
        "summary": handler.summary or "",
        "description": _description(handler, declaration),
        "tags": handler.resolve_tags(),
        "parameters": _parameters(path, handler, declaration, schemas),
        "responses": _responses(path, handler, declaration, schemas),
        "security": _security(declaration.level),
    }
    body = _body(handler, schemas)
    if body is not None:
        operation["requestBody"] = body
    return operation


def _operation_id(path: str, method: str, handler: HTTPRouteHandler) -> str:
    name = handler.operation_id
    assert isinstance(name, str), f"{path}: the route has no operation_id"
    if len(handler.http_methods) > 1:
        name = f"{name}_by_{method.lower()}"
    return f"{name}_as_search" if "/search" in path else name


def _description(handler: HTTPRouteHandler, declaration: Declaration) -> str:
    told = (handler.fn.__doc__ or "").strip()
    level = f"Nível: **{declaration.level}**."
    return f"{told}\n\n{level}" if told else level


def _security(level: Level) -> list[dict[str, list[str]]]:
    if level is Level.PUBLIC:
        return []
    return [{"token": []}, {}] if level is Level.OPTIONAL else [{"token": []}]


def _parameters(
    path: str, handler: HTTPRouteHandler, declaration: Declaration, schemas: Schemas
) -> list[Schema]:
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


def _body(handler: HTTPRouteHandler, schemas: Schemas) -> Schema | None:
    if handler.parsed_data_field is None:
        return None
    schema = schemas.of(handler.parsed_data_field.annotation)
    return {
        "required": not handler.parsed_data_field.has_default,
        "content": {"application/json": {"schema": schema, "example": schemas.example(schema)}},
    }


def _responses(
    path: str, handler: HTTPRouteHandler, declaration: Declaration, schemas: Schemas
) -> Schema:
    schema = _reply_schema(handler.parsed_return_field.annotation, schemas)
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
    if headers:
        success["headers"] = headers
    responses: Schema = {str(handler.status_code): success}
    if declaration.cached:
        responses["304"] = {"description": "O cliente já tem a versão atual"}
    has_body = handler.parsed_data_field is not None
    responses.update(failures_of(declaration, schemas, has_body=has_body, has_id="{" in path))
    return dict(sorted(responses.items()))


def _reply_schema(kind: Kind, schemas: Schemas) -> Schema:
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
            "examples": ["NDI"],
        }
    else:
        properties["message"] = {"type": "string", "examples": ["Feito"]}
    return {"type": "object", "properties": properties, "required": ["success", "data"]}
