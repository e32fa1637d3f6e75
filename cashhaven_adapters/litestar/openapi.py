"""The description of the API (OpenAPI 3.1), made of the same structs that read and write it."""

import inspect
from collections.abc import Iterable

from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.described_failures import shared_failures
from cashhaven_adapters.litestar.described_replies import replies_of
from cashhaven_adapters.litestar.described_requests import body_of, parameters_of
from cashhaven_adapters.litestar.failures import Failure
from cashhaven_adapters.litestar.json_schema import Schema, Schemas
from cashhaven_adapters.litestar.routes import Declaration, Level, declaration_of

ABOUT = """\
Vendas, estoque, clientes e pedidos de uma loja.

Toda resposta vem no envelope `{"success": true, "data": …}` ou `{"success": false, "errors": […],
"code": "…", "request_id": "…"}`. Dinheiro tem no máximo 2 casas decimais, quantidades no máximo 3;
instantes vão e vêm em ISO 8601 com fuso. Campos desconhecidos são recusados.
"""


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
        "parameters": parameters_of(path, handler, declaration, schemas),
        "responses": replies_of(path, handler, declaration, schemas),
        "security": _security(declaration.level),
    }
    body = body_of(handler, schemas)
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
    told = inspect.getdoc(handler.fn) or ""
    level = f"Nível: **{declaration.level}**."
    return f"{told}\n\n{level}" if told else level


def _security(level: Level) -> list[dict[str, list[str]]]:
    if level is Level.PUBLIC:
        return []
    return [{"token": []}, {}] if level is Level.OPTIONAL else [{"token": []}]
