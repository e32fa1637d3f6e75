"""Who asks: the bearer token of a request, and the actor behind it."""

from collections.abc import Awaitable, Callable

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from cashhaven_adapters.litestar.asgi import Scope, sent
from cashhaven_adapters.litestar.request_context import remember_user
from cashhaven_adapters.litestar.routes import Level
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


class TokenMissing(NotSignedIn):
    """The request brings no token."""

    def __init__(self) -> None:
        super().__init__("Entre no sistema para continuar")


class SignIn:
    """Lets a request in with a good token, or where none is needed; before anything is read."""

    def __init__(self, authenticate: Callable[[], Authenticate]) -> None:
        self._provider = authenticate
        self._authenticate: Authenticate | None = None

    async def admit(self, scope: Scope, level: Level) -> SignedIn | None:
        """Find out who asks; `None` where nobody in particular may.

        Raises:
            TokenMissing: a token is needed, and none is there.
            AccessDenied: something is wrong with the token.
        """
        if level is Level.PUBLIC:
            return None
        token = bearer_token(sent(scope, b"authorization"))
        if token is None:
            if level is Level.OPTIONAL:
                return None
            raise TokenMissing()
        if self._authenticate is None:
            self._authenticate = self._provider()
        session = await self._authenticate(token)
        remember_user(scope, session.actor.user_id)
        return session


def bearer_token(values: list[str]) -> str | None:
    """Return the token in these `Authorization` headers, if there is exactly one."""
    if len(values) != 1:
        return None
    scheme, _, token = values[0].strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
