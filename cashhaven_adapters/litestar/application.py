"""Building the web application."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from litestar import Controller, Litestar

from cashhaven_adapters.litestar.asgi import App, Receive, Scope, Send
from cashhaven_adapters.litestar.auth import AuthController
from cashhaven_adapters.litestar.authentication import SignIn
from cashhaven_adapters.litestar.clients import ClientController
from cashhaven_adapters.litestar.dispatch import Dispatch
from cashhaven_adapters.litestar.documentation import Description, DocumentationController
from cashhaven_adapters.litestar.failures import HANDLERS
from cashhaven_adapters.litestar.health import Check, Health, HealthController
from cashhaven_adapters.litestar.injection import promised
from cashhaven_adapters.litestar.openapi import describe
from cashhaven_adapters.litestar.orders import OrderController
from cashhaven_adapters.litestar.parameters import ParameterController
from cashhaven_adapters.litestar.prepared_routes import NAMES
from cashhaven_adapters.litestar.product_lists import ProductLists
from cashhaven_adapters.litestar.request_context import Tell, write_line
from cashhaven_adapters.litestar.sales import SaleController
from cashhaven_adapters.litestar.served_routes import (
    answer_options,
    check_declaration,
    prepared,
    routes_of,
)
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.stock import StockController
from cashhaven_adapters.litestar.surroundings import Surroundings
from cashhaven_adapters.litestar.users import UserController
from cashhaven_adapters.litestar.websocket.opening import SocketSources, create_endpoint
from cashhaven_adapters.litestar.wire import encode

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
        dispatch: Dispatch,
        settings: WebSettings,
        health: Health,
        description: Description,
        tell: Tell,
    ) -> None:
        self.litestar = framework
        self.health = health
        self._description = description
        self._app: App = Surroundings(dispatch, settings, tell)

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
    sockets: SocketSources | None = None,
    controllers: Sequence[type[Controller]] = CONTROLLERS,
    tell: Tell = write_line,
) -> WebApplication:
    """Return the web application.

    `use_cases` gives each use case by name: `authenticate`, and whatever handlers ask for. `checks`
    decide whether the instance is ready; `lifespan` is entered at the start; without `sockets`
    there is no WebSocket; `tell` writes the log's line of each request.
    """
    health = Health(checks or {})
    description = Description()
    product_lists = ProductLists()
    provided = {
        **use_cases,
        "health": lambda: health,
        "description": lambda: description,
        "product_lists": lambda: product_lists,
    }
    framework = Litestar(
        route_handlers=[*controllers, *([DocumentationController] if settings.docs else [])],
        dependencies={name: promised() for name in (*provided, *NAMES) if name != "request"},
        before_request=answer_options,
        exception_handlers=HANDLERS,
        lifespan=[_without_application(enter) for enter in lifespan],
        request_max_body_size=None,
        logging_config=None,
        openapi_config=None,
    )
    for path, handler in routes_of(framework):
        check_declaration(path, handler)
    description.document = describe(list(routes_of(framework)))
    routes = prepared(framework, provided, SignIn(use_cases["authenticate"]))
    endpoint = None if sockets is None else create_endpoint(settings, provided, sockets)
    return WebApplication(
        framework, Dispatch(framework, routes, endpoint), settings, health, description, tell
    )


def _without_application(
    enter: Lifespan,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    return lambda _: enter()
