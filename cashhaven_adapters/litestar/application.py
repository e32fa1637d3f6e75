"""Building the web application."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import msgspec
from litestar import Controller, Litestar, Response
from litestar.di import Provide
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from cashhaven_adapters.litestar.asgi import App, Receive, Scope, Send
from cashhaven_adapters.litestar.auth import AuthController
from cashhaven_adapters.litestar.authentication import SignIn, current_actor, current_session
from cashhaven_adapters.litestar.bodies import JsonBodies, refuse_missing_body
from cashhaven_adapters.litestar.clients import ClientController
from cashhaven_adapters.litestar.documentation import Description, DocumentationController
from cashhaven_adapters.litestar.failures import HANDLERS
from cashhaven_adapters.litestar.health import Check, Health, HealthController
from cashhaven_adapters.litestar.idempotency import read_operation_key
from cashhaven_adapters.litestar.injection import provided_by
from cashhaven_adapters.litestar.limits import Limits
from cashhaven_adapters.litestar.openapi import describe
from cashhaven_adapters.litestar.orders import OrderController
from cashhaven_adapters.litestar.parameters import ParameterController
from cashhaven_adapters.litestar.queries import Queries, refuse_needless_query
from cashhaven_adapters.litestar.request_context import RequestContext
from cashhaven_adapters.litestar.response_heads import ResponseHeads
from cashhaven_adapters.litestar.routes import (
    AnyRequest,
    Level,
    declaration_of,
    refuse_other_spellings,
)
from cashhaven_adapters.litestar.sales import SaleController
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.stock import StockController
from cashhaven_adapters.litestar.users import UserController
from cashhaven_adapters.litestar.wire import WireResponse, encode

CONTROLLERS: Sequence[type[Controller]] = (
    AuthController,
    ClientController,
    HealthController,
    OrderController,
    ParameterController,
    SaleController,
    StockController,
    UserController,
)

Lifespan = Callable[[], AbstractAsyncContextManager[None]]


class WebApplication:
    """The web side as an ASGI application, with limits, request ids and headers around it."""

    def __init__(
        self,
        framework: Litestar,
        settings: WebSettings,
        health: Health,
        description: Description,
    ) -> None:
        self.litestar = framework
        self.health = health
        self._description = description
        limited = Limits(cast("App", framework), settings)
        self._app: App = RequestContext(ResponseHeads(limited, settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await self._app(scope, receive, send)

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Return the stretch of time in which it serves; a server does the same by messages."""
        return self.litestar.lifespan()

    def description(self) -> bytes:
        """Return what describes the API to programs: OpenAPI, as JSON that people can read too."""
        return msgspec.json.format(encode(self._description.document), indent=2)


def create_application(
    settings: WebSettings,
    use_cases: Mapping[str, Callable[[], Any]],
    *,
    checks: Mapping[str, Check] | None = None,
    lifespan: Sequence[Lifespan] = (),
    controllers: Sequence[type[Controller]] = CONTROLLERS,
) -> WebApplication:
    """Return the web application.

    `use_cases` gives each use case by name: `authenticate`, and whatever handlers ask for. `checks`
    decide whether the instance is ready; `lifespan` is entered at the start.
    """
    health = Health(checks or {})
    description = Description()
    queries = Queries()
    framework = Litestar(
        route_handlers=[*controllers, *([DocumentationController] if settings.docs else [])],
        dependencies={
            **{name: provided_by(provider) for name, provider in use_cases.items()},
            "actor": Provide(current_actor, sync_to_thread=False),
            "session": Provide(current_session, sync_to_thread=False),
            "filters": Provide(queries.read, sync_to_thread=False),
            "operation_key": Provide(read_operation_key, sync_to_thread=False),
            "health": provided_by(lambda: health),
            "description": provided_by(lambda: description),
        },
        guards=[SignIn(use_cases["authenticate"])],
        before_request=_before,
        dto=JsonBodies,
        return_dto=None,
        response_class=WireResponse,
        exception_handlers=HANDLERS,
        lifespan=[_without_application(enter) for enter in lifespan],
        request_max_body_size=None,
        logging_config=None,
        openapi_config=None,
    )
    _provide_in_turn(framework)
    for path, handler in routes_of(framework):
        _check_declaration(path, handler)
    description.document = describe(list(routes_of(framework)))
    return WebApplication(framework, settings, health, description)


async def _before(request: AnyRequest) -> Response[None] | None:
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


def _without_application(
    enter: Lifespan,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    return lambda _: enter()


def routes_of(framework: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Yield every path and handler of ours."""
    for route in framework.routes:
        if isinstance(route, HTTPRoute):
            # The framework keeps methods in a set; the description must not depend on its order.
            for handler in sorted(route.route_handlers, key=lambda each: sorted(each.http_methods)):
                if handler.http_methods != {"OPTIONS"}:
                    yield route.path_format, handler


def _provide_in_turn(framework: Litestar) -> None:
    """Let providers run one after the other; none of ours waits, and tasks for them cost more."""
    for route in framework.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                batches = model.dependency_batches
                model.dependency_batches = [{each} for batch in batches for each in batch]


def _check_declaration(path: str, handler: HTTPRouteHandler) -> None:
    declaration = declaration_of(handler)
    if declaration is None:
        raise ImproperlyConfiguredException(f"{path}: the route declares nothing")
    asks = handler.parsed_fn_signature.parameters.keys() & {"actor", "session"}
    if bool(asks) is (declaration.level is Level.PUBLIC):
        raise ImproperlyConfiguredException(f"{path}: who may use it and whom it asks for disagree")
