"""From a request to its route."""

import re
from collections.abc import Iterable
from typing import cast

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.utils import normalize_path

from cashhaven_adapters.litestar.asgi import App, Receive, Scope, Send
from cashhaven_adapters.litestar.failures import send_failure
from cashhaven_adapters.litestar.prepared_routes import PreparedRoute
from cashhaven_adapters.litestar.websocket.endpoint import PATH

_HOST = re.compile(rb"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")
"""What the framework takes for the name of a host; it refuses all others."""


class Dispatch:
    """Hands requests to prepared routes.

    What has no route (other paths and methods, questions about methods, the life of the
    application) is the framework's; it never reaches a handler of ours. WebSockets are `sockets`'.
    """

    def __init__(
        self, framework: Litestar, routes: Iterable[PreparedRoute], sockets: App | None = None
    ) -> None:
        self._framework = cast("App", framework)
        self._litestar = framework
        self._sockets = sockets
        self._routes = {(route.method, route.path): route for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if self._sockets is not None and scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return
        route = self._route_of(scope) if scope["type"] == "http" else None
        if route is None and self._sockets is not None and scope.get("path") == PATH:
            # The address is there, and does not speak plain HTTP (RFC 9110, 15.5.22).
            await send_failure(send, 426, upgrade="websocket", connection="Upgrade")
        elif route is None:
            await self._framework(scope, receive, send)
        else:
            await route.serve(scope, receive, send)

    def _route_of(self, scope: Scope) -> PreparedRoute | None:
        for name, value in scope["headers"]:
            if name == b"host":
                if _HOST.fullmatch(value) is None:
                    return None
                break
        path = scope["path"]
        if scope.get("root_path"):
            path = path.split(scope["root_path"], maxsplit=1)[-1]
        route = self._routes.get((scope["method"], path))
        # A path that looks like a template is no route: its parameters are not in place.
        return self._found(scope, path) if route is None or route.has_parameters else route

    def _found(self, scope: Scope, path: str) -> PreparedRoute | None:
        """Return the route that the framework finds, having put the path's parameters in place."""
        try:
            _, _, written, parameters, template = self._litestar.asgi_router.handle_routing(
                path=normalize_path(path), method=scope["method"]
            )
        except HTTPException:
            return None
        route = self._routes.get((scope["method"], template))
        if route is not None:
            scope.update(path=written, path_params=parameters)
        return route
