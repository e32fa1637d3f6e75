"""The routes of a built application: what they must say, and what stands before them all."""

from collections.abc import Iterator

from litestar import Litestar, Response
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from cashhaven_adapters.litestar.bodies import refuse_missing_body
from cashhaven_adapters.litestar.queries import refuse_needless_query
from cashhaven_adapters.litestar.routes import (
    AnyRequest,
    Level,
    declaration_of,
    refuse_other_spellings,
)
from cashhaven_adapters.litestar.wire import WireResponse


def routes_of(framework: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Yield every path and handler of ours."""
    for route in framework.routes:
        if isinstance(route, HTTPRoute):
            # The framework keeps methods in a set; the description must not depend on its order.
            for handler in sorted(route.route_handlers, key=lambda each: sorted(each.http_methods)):
                if handler.http_methods != {"OPTIONS"}:
                    yield route.path_format, handler


def check_declaration(path: str, handler: HTTPRouteHandler) -> None:
    """Refuse to start with a route that says nothing of itself, or another thing than it does."""
    declaration = declaration_of(handler)
    if declaration is None:
        raise ImproperlyConfiguredException(f"{path}: the route declares nothing")
    asks = handler.parsed_fn_signature.parameters.keys() & {"actor", "session"}
    if bool(asks) is (declaration.level is Level.PUBLIC):
        raise ImproperlyConfiguredException(f"{path}: who may use it and whom it asks for disagree")


def provide_in_turn(framework: Litestar) -> None:
    """Let providers run one after the other; none of ours waits, and tasks for them cost more."""
    for route in framework.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                batches = model.dependency_batches
                model.dependency_batches = [{each} for batch in batches for each in batch]


async def refuse_early(request: AnyRequest) -> Response[None] | None:
    """Look at a request before its route does; only questions about methods are answered here."""
    if request.method == "OPTIONS":
        return _options(request)
    await refuse_other_spellings(request)
    await refuse_needless_query(request)
    await refuse_missing_body(request)
    return None


def _options(request: AnyRequest) -> Response[None]:
    """Name all methods of a path; the framework forgets some when handlers share it."""
    template = request.scope["path_template"]
    methods = {
        str(method)
        for route in request.app.routes
        if isinstance(route, HTTPRoute) and route.path_format == template
        for method in route.methods
    }
    return WireResponse(None, status_code=204, headers={"Allow": ", ".join(sorted(methods))})
