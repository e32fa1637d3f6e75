"""Who asks: the bearer token of a request, and the actor behind it."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import SkipValidation

from cashhaven_adapters.litestar.asgi import Scope
from cashhaven_adapters.litestar.request_context import remember_user
from cashhaven_adapters.litestar.routes import AnyRequest, Level, declaration_of
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import NotSignedIn
from cashhaven_domain.users.session import SignedIn

CurrentActor = NamedDependency[SkipValidation[Actor]]
"""Who asks; the parameter is called `actor`."""
OptionalActor = NamedDependency[SkipValidation[Actor | None]]
"""Who asks, if anybody in particular; for routes of the level OPTIONAL."""

CurrentSession = NamedDependency[SkipValidation[SignedIn]]
"""Who asks and with which token; the parameter is called `session`."""

Authenticate = Callable[[str], Awaitable[SignedIn]]

_SESSION = "cashhaven.session"


class TokenMissing(NotSignedIn):
    """The request brings no token."""

    def __init__(self) -> None:
        super().__init__("Entre no sistema para continuar")


class SignIn:
    """Lets a request in with a good token, or where none is needed; before anything is read."""

    def __init__(self, authenticate: Callable[[], Authenticate]) -> None:
        self._authenticate = authenticate

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Find out who asks.

        Raises:
            TokenMissing: a token is needed, and none is there.
            AccessDenied: something is wrong with the token.
        """
        declaration = declaration_of(cast("HTTPRouteHandler", handler))
        if declaration is None or declaration.level is Level.PUBLIC:
            return
        token = bearer_token(connection.headers.getall("authorization", []))
        if token is None:
            if declaration.level is Level.OPTIONAL:
                return
            raise TokenMissing()
        session = await self._authenticate()(token)
        remember_user(session.actor.user_id)
        cast("Scope", connection.scope)[_SESSION] = session


def bearer_token(values: list[str]) -> str | None:
    """Return the token in these `Authorization` headers, if there is exactly one."""
    if len(values) != 1:
        return None
    scheme, _, token = values[0].strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def current_session(request: AnyRequest) -> SignedIn | None:
    """Provide the session of the request; `None` where nobody signed in."""
    session = request.scope.get(_SESSION)
    assert session is None or isinstance(session, SignedIn)
    return session


def current_actor(request: AnyRequest) -> Actor | None:
    """Provide the actor of the request; `None` where nobody signed in."""
    session = current_session(request)
    return None if session is None else session.actor
