"""The page of the routes, from the description that the server gives of itself."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from cashhaven_app.asgi import create_web_application
from cashhaven_app.testing import open_shop
from generating.code import table

_Operation: TypeAlias = dict[str, Any]
_METHODS = ("get", "post", "put", "delete")
_ALIAS = "_as_search"
# Every route that reads something may answer with these, and every one that asks who is there.
_COMMON = {
    *("INVALID_INPUT", "UNREADABLE_BODY", "NOT_SIGNED_IN", "ACCESS_DENIED"),
    *("PASSWORD_CHANGE_REQUIRED", "IDEMPOTENCY_KEY_INVALID", "IDEMPOTENCY_KEY_IN_USE"),
    *("IDEMPOTENCY_KEY_EXPIRED", "IDEMPOTENCY_KEY_REUSED"),
}


def page() -> str:
    """Return the page's text."""
    description = json.loads(create_web_application(open_shop().container).description())
    operations = list(_operations(description))
    lines = [
        "# Routes",
        "",
        "Every route, with its summary as the description of the API gives it.",
        "“Key” marks those that take `Idempotency-Key`.",
        "The refusals are those of the rule itself; what any route may answer is in the"
        " [error catalogue](errors.md).",
        "",
    ]
    for tag in (tag["name"] for tag in description["tags"]):
        lines += [f"## {tag}", ""]
        rows = [_row(*found) for found in operations if found[2]["tags"] == [tag]]
        lines += table(["route", "who", "key", "what it does", "refusals"], rows)
    return "\n".join(lines)


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, _Operation]]:
    for path, item in description["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            # The second name of a route says nothing new.
            if operation is not None and not operation["operationId"].endswith(_ALIAS):
                yield method.upper(), path, operation


def _row(method: str, path: str, operation: _Operation) -> list[str]:
    level = re.search(r"Nível: \*\*(.*?)\*\*", operation.get("description", ""))
    keyed = any(it.get("name") == "Idempotency-Key" for it in operation.get("parameters", ()))
    codes = {
        code
        for response in operation["responses"].values()
        for code in re.findall(r"`([A-Z_]+)`", response.get("description", ""))
    }
    return [
        f"`{method} {path}`",
        level[1] if level else "todos",
        "key" if keyed else "",
        operation["summary"],
        ", ".join(f"`{code}`" for code in sorted(codes - _COMMON)),
    ]
