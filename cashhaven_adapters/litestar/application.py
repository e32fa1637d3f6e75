"""Building the web application."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import msgspec
from litestar import Controller, Litestar
from litestar.di import Provide

from cashhaven_adapters.litestar.asgi import App, Receive, Scope, Send
from cashhaven_adapters.litestar.auth import AuthController
from cashhaven_adapters.litestar.authentication import SignIn, current_actor, current_session
from cashhaven_adapters.litestar.bodies import JsonBodies
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
from cashhaven_adapters.litestar.queries import Queries
from cashhaven_adapters.litestar.request_context import RequestContext
from cashhaven_adapters.litestar.response_heads import ResponseHeads
from cashhaven_adapters.litestar.sales import SaleController
from cashhaven_adapters.litestar.served_routes import (
    check_declaration,
    provide_in_turn,
    refuse_early,
    routes_of,
)
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
        before_request=refuse_early,
        dto=JsonBodies,
        return_dto=None,
        response_class=WireResponse,
        exception_handlers=HANDLERS,
        lifespan=[_without_application(enter) for enter in lifespan],
        request_max_body_size=None,
        logging_config=None,
        openapi_config=None,
    )
    provide_in_turn(framework)
    for path, handler in routes_of(framework):
        check_declaration(path, handler)
    description.document = describe(list(routes_of(framework)))
    return WebApplication(framework, settings, health, description)


def _without_application(
    enter: Lifespan,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    return lambda _: enter()
