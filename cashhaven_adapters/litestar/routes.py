"""What every route declares beside its handler: who may use it, and what it refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from cashhaven_adapters.litestar.fields import HIGHEST_INTEGER
from cashhaven_domain.shared.errors import DomainError

AnyRequest = Request[Any, Any, Any]
"""The request, for handlers that need its headers."""

PathId = Annotated[int, PathParameter(ge=1, le=HIGHEST_INTEGER)]
"""A number in a path; one that cannot be is not found."""


class Level(StrEnum):
    """Who may use a route. The use cases decide; this says it to people and to tests."""

    PUBLIC = "público"
    OPTIONAL = "público ou usuário"
    USER = "usuário"
    ADMINISTRATOR = "administrador"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a route says of itself."""

    level: Level
    errors: tuple[type[DomainError], ...] = ()
    keyed: bool = False
    cached: bool = False
    positioned: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, str] = field(default_factory=dict)


_KEY = "declaration"


def declared(
    level: Level,
    *,
    errors: Sequence[type[DomainError]] = (),
    keyed: bool = False,
    cached: bool = False,
    positioned: bool = False,
    headers: Mapping[str, str] | None = None,
    also: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Return the `opt` of a route.

    `errors` are the use case's own refusals; those that every route has are added by themselves.
    `positioned` replies say from where in the stream a screen goes on.
    `headers` are read by the handler itself: what each is for, by name. `also` are further statuses
    under which the usual reply is sent, and what each means.
    """
    declaration = Declaration(
        level, tuple(errors), keyed, cached, positioned, headers or {}, also or {}
    )
    return {_KEY: declaration}


def declaration_of(handler: HTTPRouteHandler) -> Declaration | None:
    """Return what a route said of itself."""
    found: Declaration | None = handler.opt.get(_KEY)
    return found


def both(path: str) -> list[str]:
    """Return the path that clients in the field use, and its right spelling."""
    assert "serach" in path
    return [path, path.replace("serach", "search")]
