"""Tokens for shops in memory: meaningless texts that this process remembers."""

import secrets
from datetime import datetime

from cashhaven_domain.users.errors import InvalidToken
from cashhaven_domain.users.ports import Account, TokenIssuer, TokenVerifier
from cashhaven_domain.users.session import SESSION_LENGTH, Claims, Token, TokenId


class MemoryTokens(TokenIssuer, TokenVerifier):
    """Knows what it handed out, for as long as it lives."""

    def __init__(self) -> None:
        self._issued: dict[str, Claims] = {}

    def issue(self, user: Account, at: datetime) -> Token:
        """See the port."""
        text = secrets.token_urlsafe(24)
        claims = Claims(
            user_id=user.id,
            token_id=TokenId(secrets.token_urlsafe(16)),
            session_version=user.session_version,
            issued_at=at,
            expires_at=at + SESSION_LENGTH,
        )
        self._issued[text] = claims
        return Token(text=text, expires_at=claims.expires_at)

    def read(self, text: str, at: datetime) -> Claims:
        """See the port."""
        claims = self._issued.get(text)
        if claims is None or not claims.holds_at(at):
            raise InvalidToken()
        return claims
