"""The routes of a built application: what they must say, and what stands before them all."""

from collections.abc import Iterator, Mapping

from litestar import Litestar, Response
from litestar.exceptions import ImproperlyConfiguredException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from cashhaven_adapters.litestar.authentication import SignIn
from cashhaven_adapters.litestar.prepared_routes import PreparedRoute, Provider
from cashhaven_adapters.litestar.routes import AnyRequest, Level, declaration_of
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


def prepared(
    framework: Litestar, provided: Mapping[str, Provider], sign_in: SignIn
) -> list[PreparedRoute]:
    """Return every route of ours, ready to be served."""
    return [
        PreparedRoute(
            str(method),
            route.path_format,
            handler,
            parameters=frozenset(route.path_parameters),
            provided=provided,
            sign_in=sign_in,
        )
        for route in framework.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}
        for method in handler.http_methods
    ]


async def answer_options(request: AnyRequest) -> Response[None]:
    """Answer what the framework serves itself: which methods a path has, and nothing else."""
    if request.method != "OPTIONS":
        raise NotFoundException()
    return _options(request)


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
