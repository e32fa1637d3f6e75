"""The description of the API (OpenAPI 3.1), made of the same structs that read and write it."""

from collections.abc import Sequence
from typing import Any

from litestar.handlers import HTTPRouteHandler


def describe(routes: Sequence[tuple[str, HTTPRouteHandler]]) -> dict[str, Any]:
    """Return the document."""
    return {}
