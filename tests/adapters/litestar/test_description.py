"""The API's description: complete, valid, true, and shown without asking any other host."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import schemathesis

from cashhaven_adapters.litestar.health import HealthController
from cashhaven_adapters.litestar.routes import declaration_of
from cashhaven_adapters.litestar.served_routes import routes_of
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_domain.shared.access import PasswordChangeRequired
from cashhaven_domain.shared.errors import (
    AccessDenied,
    DomainError,
    InvalidInput,
    KeyReused,
    NotSignedIn,
    OperationExpired,
    OperationInUse,
    Unavailable,
)
from tests.adapters.litestar.described import assert_described, document_of, furnish, operations
from tests.adapters.litestar.support import Web, web_shop

# Every route may answer with these; a route declares its own refusals.
UNDECLARED = {
    AccessDenied,
    InvalidInput,
    KeyReused,
    NotSignedIn,
    OperationExpired,
    OperationInUse,
    PasswordChangeRequired,
    Unavailable,
    DomainError,
}


@pytest.fixture
async def shop() -> AsyncIterator[Web]:
    """The real application."""
    async with web_shop() as served:
        yield served


@pytest.fixture
async def document(shop: Web) -> dict[str, Any]:
    """Its description."""
    return await document_of(shop)


async def test_it_is_openapi_3_1(document: dict[str, Any]):
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(document).validate()


async def test_the_probe_is_openapi_3_1_too(web: Web):
    schemathesis.openapi.from_dict(await document_of(web)).validate()


async def test_operations_have_names_of_their_own(document: dict[str, Any]):
    names = [operation.id for operation in operations(document)]
    assert len(names) == len(set(names))


async def test_every_operation_says_what_it_is(document: dict[str, Any]):
    for operation in operations(document):
        assert operation.content["summary"], operation.id
        assert operation.content["tags"], operation.id
    tags = {tag["name"] for tag in document["tags"]}
    assert tags == {tag for o in operations(document) for tag in o.content["tags"]}


async def test_every_operation_has_examples_and_its_refusals(document: dict[str, Any]):
    for operation in operations(document):
        content = operation.content
        assert all("example" in parameter for parameter in content["parameters"]), operation.id
        if "requestBody" in content:
            assert operation.example, operation.id
            assert {"413", "415"} <= content["responses"].keys()
        for status, response in content["responses"].items():
            if "content" in response:
                for told in response["content"].values():
                    assert "example" in told or told.get("examples"), f"{operation.id} {status}"
        if content["security"] == [{"token": []}]:
            assert {"401", "403"} <= content["responses"].keys(), operation.id
        assert {"400", "500", "503"} <= content["responses"].keys(), operation.id


async def test_every_reference_leads_somewhere(document: dict[str, Any]):
    text = str(document)
    for kind, name in re.findall(r"#/components/(\w+)/(\w+)", text):
        assert name in document["components"][kind]


async def test_no_schema_is_left_open_by_oversight(document: dict[str, Any]):
    for name, schema in document["components"]["schemas"].items():
        for field, inner in schema["properties"].items():
            if (name, field) != ("Failure", "detalhes"):
                assert inner, f"{name}.{field} says nothing"


async def test_examples_are_answered_as_described(shop: Web, document: dict[str, Any]):
    await furnish(shop, document)
    for operation in sorted(operations(document), key=lambda each: each.method == "DELETE"):
        for client in (shop.nobody, shop.operator, shop.administrator):
            answer = await operation.send(client)
            assert_described(document, operation, answer)
            assert answer.status_code != 400, f"{operation.id}: {answer.text}"


async def test_routes_declare_what_their_use_cases_raise(shop: Web):
    errors = {kind.__name__: kind for kind in _all_errors(DomainError)}
    for path, handler in routes_of(shop.application.litestar):
        declaration = declaration_of(handler)
        assert declaration is not None
        use_cases = [
            parameter.annotation
            for parameter in handler.parsed_fn_signature.parameters.values()
            if ".use_cases." in getattr(parameter.annotation, "__module__", "")
        ]
        raised = {
            errors[name]
            for use_case in use_cases
            for told in (use_case.__doc__, use_case.__call__.__doc__)
            for name in _raised(told or "")
            if name in errors
        }
        if use_cases:
            declared = set(declaration.errors) - UNDECLARED
            assert raised - UNDECLARED <= declared, path
            # What contradicts itself is refused when the command is made, not by the use case.
            extra = declared - raised
            assert all(issubclass(error, InvalidInput) for error in extra), path


def _raised(docstring: str) -> list[str]:
    _, _, told = docstring.partition("Raises")
    return [
        name.strip() for line in told.splitlines() for name in line.partition(":")[0].split(",")
    ]


def _all_errors(kind: type[DomainError]) -> set[type[DomainError]]:
    return {kind}.union(*(_all_errors(each) for each in kind.__subclasses__()))


async def test_the_page_asks_no_other_host(shop: Web):
    page = await shop.nobody.get("/docs")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(sources) == 4
    for source in sources:
        assert source.startswith("/docs/assets/")
        asset = await shop.nobody.get(source)
        assert asset.status_code == 200
        assert asset.content
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "http" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["index.html", "..%2f__init__.py", "swagger-ui.js", "x"])
async def test_the_page_has_no_other_files(shop: Web, name):
    assert (await shop.nobody.get(f"/docs/assets/{name}")).status_code == 404


async def test_it_can_be_left_out():
    async with web_shop(controllers=[HealthController], settings=WebSettings(docs=False)) as served:
        for path in ("/docs", "/docs/openapi.json", "/docs/assets/start.js"):
            assert (await served.nobody.get(path)).status_code == 404
