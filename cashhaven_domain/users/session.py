"""Sessions: what a token says, and what the shop knows about it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from cashhaven_domain.shared.access import Actor, UserId

TokenId = NewType("TokenId", str)

SESSION_LENGTH = timedelta(hours=12)
CLOCK_TOLERANCE = timedelta(seconds=30)
"""How far the clocks of two servers may be apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is handed out."""

    text: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token that is ours says."""

    user_id: UserId
    token_id: TokenId
    session_version: int
    issued_at: datetime
    expires_at: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Whether the token's time has come and is not over, by clocks that may differ a little."""
        return (
            self.issued_at - CLOCK_TOLERANCE <= moment < self.expires_at + CLOCK_TOLERANCE
            and self.expires_at - self.issued_at <= SESSION_LENGTH
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the shop knows about a user's sessions."""

    user_id: UserId
    name: str
    administrator: bool
    must_change_password: bool
    session_version: int
    ended: frozenset[TokenId] = frozenset()
    """Tokens that were ended one by one and have not run out yet."""

    def admits(self, claims: Claims) -> bool:
        """Whether a token with these claims still counts."""
        return claims.session_version == self.session_version and claims.token_id not in self.ended

    def as_actor(self) -> Actor:
        """Return the user as someone who does something now."""
        return Actor(
            user_id=self.user_id,
            name=self.name,
            administrator=self.administrator,
            must_change_password=self.must_change_password,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whoever showed a token that counts, and until when it does."""

    actor: Actor
    token_id: TokenId
    expires_at: datetime
