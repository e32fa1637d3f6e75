"""Recognising who is signed in."""

from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.users.errors import InvalidToken
from cashhaven_domain.users.ports import SessionDirectory, TokenVerifier
from cashhaven_domain.users.session import SignedIn


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticate:
    """Recognise a signed-in user by the token that he or she shows.

    What the user may do follows from the account as it is now, not from what the token says.
    """

    clock: Clock
    tokens: TokenVerifier
    sessions: SessionDirectory

    async def __call__(self, token: str) -> SignedIn:
        """Return who it is.

        Raises:
            InvalidToken: the token is not ours, has run out, or its session was ended.
        """
        claims = self.tokens.read(token, self.clock.now())
        standing = await self.sessions.look_up(claims.user_id)
        if standing is None or not standing.admits(claims):
            raise InvalidToken()
        return SignedIn(
            actor=standing.as_actor(), token_id=claims.token_id, expires_at=claims.expires_at
        )
