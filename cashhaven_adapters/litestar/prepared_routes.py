"""Routes made ready once, so that a request costs little more than its use case.

The framework declares routes, finds them by path and describes them. Between a route and its
handler it would build a request, a signature and a response anew every time; instead, everything
about a route that never changes is worked out here when the application is built.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.exceptions import ImproperlyConfiguredException, NotFoundException
from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.asgi import Receive, Scope, Send
from cashhaven_adapters.litestar.authentication import SignIn
from cashhaven_adapters.litestar.bodies import Bodies
from cashhaven_adapters.litestar.failures import answer_to
from cashhaven_adapters.litestar.idempotency import read_operation_key
from cashhaven_adapters.litestar.queries import Queries
from cashhaven_adapters.litestar.routes import declaration_of
from cashhaven_adapters.litestar.wire import WireResponse
from cashhaven_domain.users.session import SignedIn

Provider = Callable[[], Any]


@dataclass(slots=True)
class Asked:
    """A request on its way to its handler."""

    scope: Scope
    receive: Receive
    send: Send
    session: SignedIn | None

    def as_request(self) -> Request[Any, Any, Any]:
        """Return the framework's form of it, for handlers that look at headers."""
        return Request(self.scope, self.receive, self.send)  # type: ignore[arg-type]  # as the server


_OF_REQUEST: Mapping[str, Callable[[Asked], Any]] = {
    "actor": lambda asked: None if asked.session is None else asked.session.actor,
    "session": lambda asked: asked.session,
    "operation_key": lambda asked: read_operation_key(asked.scope),
    "request": Asked.as_request,
}
NAMES = (*_OF_REQUEST, "filters")
"""What handlers can ask for beside their body, their path's parameters and what is provided."""


class PreparedRoute:
    """One method of a path, and its handler: where each argument comes from is known."""

    def __init__(
        self,
        method: str,
        path: str,
        handler: HTTPRouteHandler,
        *,
        parameters: frozenset[str],
        provided: Mapping[str, Provider],
        sign_in: SignIn,
    ) -> None:
        declaration = declaration_of(handler)
        assert declaration is not None
        if handler.has_sync_callable:
            raise ImproperlyConfiguredException(f"{path}: the handler is not async")
        self.method = method
        self.path = path
        self.has_parameters = bool(parameters)
        self._handler = handler
        self._call = handler.fn
        self._level = declaration.level
        self._sign_in = sign_in
        self._bodies = Bodies(handler)
        self._queries = Queries(handler)
        names = handler.parsed_fn_signature.parameters.keys() - parameters - {"data", "filters"}
        self._taken = [(name, _OF_REQUEST[name]) for name in names if name in _OF_REQUEST]
        self._providers = {name: provided[name] for name in names if name not in _OF_REQUEST}
        self._constants: dict[str, Any] | None = None

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever its handler raises becomes an answer too."""
        scope["path_template"] = self.path
        try:
            answer = await self._answer(scope, receive, send)
        except Exception as error:
            answer = answer_to(error)
        start, body = answer.messages(self._handler.status_code, self._handler.media_type)
        await send(start)
        await send(body)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> WireResponse[Any]:
        session = await self._sign_in.admit(scope, self._level)
        if self.has_parameters:
            self._refuse_other_spellings(scope)
        self._queries.refuse_needless(scope)
        arguments = dict(self._constants or self._fetched())
        if self._bodies.are_read:
            await self._bodies.put_into(arguments, scope, receive)
        asked = Asked(scope, receive, send, session)
        for name, take in self._taken:
            arguments[name] = take(asked)
        if self._queries.are_read:
            arguments["filters"] = self._queries.read(scope)
        if self.has_parameters:
            arguments = self._with_parameters(arguments, asked)
        result = await self._call(**arguments)
        if isinstance(result, WireResponse):
            return result
        assert not isinstance(result, Response)
        return WireResponse(result)

    def _fetched(self) -> dict[str, Any]:
        """Return what is provided; when first asked for, as providers may need a running loop."""
        self._constants = {name: provider() for name, provider in self._providers.items()}
        return self._constants

    def _refuse_other_spellings(self, scope: Scope) -> None:
        """Refuse numbers in paths that are not written as we write them (`+1`, `1_000`, `007`)."""
        if self.path.format(**scope["path_params"]) != scope["path"].rstrip("/"):
            raise NotFoundException()

    def _with_parameters(self, arguments: dict[str, Any], asked: Asked) -> dict[str, Any]:
        """Return the arguments with the parameters of the path, checked as the framework does."""
        asked.scope["route_handler"] = self._handler
        return self._handler.signature_model.parse_values_from_connection_kwargs(
            connection=asked.as_request(), kwargs={**arguments, **asked.scope["path_params"]}
        )
