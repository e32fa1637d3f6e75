"""The API's description, as a document and as a page; no other host is ever asked for anything."""

import importlib.util
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.routes import Level, declared
from cashhaven_adapters.litestar.wire import WireResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)

PAGE = b"""<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CashHaven API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
"""

START = b"""SwaggerUIBundle({
  url: "/docs/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
"""

_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
_SHIPPED = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})


@dataclass(slots=True)
class Description:
    """The API's description; filled in when all routes are known."""

    document: dict[str, Any] = field(default_factory=dict)


@cache
def _asset(name: str) -> bytes:
    if name == "start.js":
        return START
    package = importlib.util.find_spec("swagger_ui")
    assert package is not None
    assert package.origin is not None
    return (Path(package.origin).parent / "static" / name).read_bytes()


class DocumentationController(Controller):
    """The API's description."""

    path = "/docs"
    tags = ("Documentação",)
    include_in_schema = False

    @get("/", opt=declared(Level.PUBLIC), operation_id="see_documentation")
    async def page(self) -> Response[bytes]:
        """Return the page."""
        return WireResponse(
            PAGE,
            media_type="text/html",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"},
        )

    @get("/openapi.json", opt=declared(Level.PUBLIC), operation_id="get_description")
    async def description(self, description: Injected[Description]) -> Response[dict[str, Any]]:
        """Return the document."""
        return WireResponse(description.document, headers={"Cache-Control": "no-cache"})

    @get("/assets/{name:str}", opt=declared(Level.PUBLIC), operation_id="get_documentation_asset")
    async def asset(self, name: FromPath[str]) -> Response[bytes]:
        """Return one of the page's own files."""
        if name != "start.js" and name not in _SHIPPED:
            raise NotFoundException()
        return WireResponse(
            _asset(name),
            media_type=_TYPES[Path(name).suffix],
            headers={"Cache-Control": "public, max-age=3600"},
        )
