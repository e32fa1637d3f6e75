"""The API's description, and requests made of its examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import jsonschema_rs

from tests.adapters.litestar.support import Web

MADE_FIRST = ("add_product", "register_client", "register_sale", "place_order")
"""What the shop of these tests holds: the examples of these operations, in this order."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the description."""

    method: str
    path: str
    content: dict[str, Any]

    @property
    def id(self) -> str:
        """Its name for programs."""
        name: str = self.content["operationId"]
        return name

    @property
    def url(self) -> str:
        """Its address, with the examples of its required parameters."""
        path = self.path
        query = {}
        for parameter in self.content["parameters"]:
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
            elif parameter["in"] == "query" and parameter["required"]:
                query[parameter["name"]] = parameter["example"]
        return str(httpx.URL(path, params=query)) if query else path

    @property
    def example(self) -> Any:
        """Its example body, if it takes one."""
        if "requestBody" not in self.content:
            return None
        return self.content["requestBody"]["content"]["application/json"]["example"]

    async def send(self, client: httpx.AsyncClient, body: Any = None) -> httpx.Response:
        """Ask for it as the examples do."""
        body = self.example if body is None else body
        if body is None:
            return await client.request(self.method, self.url)
        return await client.request(self.method, self.url, json=body)


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Return all operations of the description."""
    for path, methods in document["paths"].items():
        for method, content in methods.items():
            yield Operation(method.upper(), path, content)


async def document_of(web: Web) -> dict[str, Any]:
    """Return the description that the application gives."""
    answer = await web.nobody.get("/docs/openapi.json")
    document: dict[str, Any] = answer.json()
    return document


async def furnish(web: Web, document: dict[str, Any]) -> None:
    """Put the examples into the shop, so that there is something to find."""
    known = {operation.id: operation for operation in operations(document)}
    for name in MADE_FIRST:
        if name in known:
            # An operator takes back own sales only.
            seller = web.operator if name == "register_sale" else web.administrator
            answer = await known[name].send(seller)
            assert answer.status_code == 201, f"{name}: {answer.text}"


def assert_described(
    document: dict[str, Any], operation: Operation, answer: httpx.Response
) -> None:
    """Look whether the description knows an answer: its status, its media type and its form."""
    described = operation.content["responses"]
    assert str(answer.status_code) in described, f"{answer.status_code} is not described"
    response = described[str(answer.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert answer.content == b""
        return
    media_type = answer.headers["Content-Type"]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
        **response["content"][media_type]["schema"],
    }
    found = [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in jsonschema_rs.validator_for(schema).iter_errors(answer.json())
    ]
    assert found == []
