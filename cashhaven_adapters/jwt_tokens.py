"""Tokens as JSON Web Tokens, signed with HMAC-SHA256."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.errors import InvalidToken
from cashhaven_domain.users.ports import Account, TokenIssuer, TokenVerifier
from cashhaven_domain.users.session import SESSION_LENGTH, Claims, Token, TokenId

ALGORITHM = "HS256"
TYPE = "at+jwt"
ISSUER = "cashhaven"
AUDIENCE = "cashhaven-api"
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
LONGEST_TOKEN = 4096
MOST_VERIFIED = 5_000
"""Tokens whose signature is remembered as good; the oldest is forgotten first."""
REQUIRED = ["sub", "jti", "iat", "exp", "iss", "aud", "ver"]

# Secrets that documentation shows; whoever copies one signs with what everybody knows.
SAMPLES = frozenset(
    {
        "suachavesecretajwtmuitosegura",
        "suachavesecretajwtmuitoseguraaqui",
        "minhachavesecretajwtmuitosegura",
        "yoursupersecretjwttokenwithatleast32characterslong",
        "astringsecretatleast256bitslong",
        "your256bitsecretyour256bitsecret",
        "yoursecretkeyyoursecretkeyyoursecretkey",
        "thisisaverysecretkeythatyoushouldchange",
        "0123456789abcdef0123456789abcdef",
        "troqueestachaveporumaaleatoriade32bytes",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    }
)


class UnfitSecretError(ValueError):
    """Tokens signed with this secret could be forged; the message is for the operator."""


class JwtTokens(TokenIssuer, TokenVerifier):
    """Signs with one secret and also knows the tokens of the one before it, if that is given.

    Raises:
        UnfitSecretError: one of the secrets is too short, a known sample, or too simple.
    """

    def __init__(self, secret: str, previous: str | None = None) -> None:
        check_secret(secret, "JWT_SECRET")
        if previous is not None:
            check_secret(previous, "JWT_SECRET_PREVIOUS")
        self._signing = _key_id(secret)
        self._secrets = {
            _key_id(known): known.encode() for known in (previous, secret) if known is not None
        }
        self._verified: dict[str, Claims] = {}

    def issue(self, user: Account, at: datetime) -> Token:
        """See the port."""
        issued = int(at.timestamp())
        expires_at = datetime.fromtimestamp(issued, UTC) + SESSION_LENGTH
        claims = {
            "sub": str(user.id),
            "usuario": user.username,
            "adm": int(user.administrator),
            "jti": secrets.token_urlsafe(16),
            "iat": issued,
            "exp": int(expires_at.timestamp()),
            "iss": ISSUER,
            "aud": AUDIENCE,
            "ver": user.session_version,
        }
        headers = {"typ": TYPE, "kid": self._signing}
        text = jwt.encode(claims, self._secrets[self._signing], ALGORITHM, headers=headers)
        return Token(text=text, expires_at=expires_at)

    def read(self, text: str, at: datetime) -> Claims:
        """See the port."""
        claims = self._verified.get(text)
        if claims is None:
            claims = self._verify(text)
        if not claims.holds_at(at):
            _ = self._verified.pop(text, None)
            raise InvalidToken()
        if text not in self._verified:
            self._remember(text, claims)
        return claims

    def _remember(self, text: str, claims: Claims) -> None:
        """Spare the next request the signature; whether the token still counts is asked anew."""
        if len(self._verified) >= MOST_VERIFIED:
            del self._verified[next(iter(self._verified))]
        self._verified[text] = claims

    def _verify(self, text: str) -> Claims:
        if len(text) > LONGEST_TOKEN:
            raise InvalidToken()
        try:
            header = jwt.get_unverified_header(text)
            payload = jwt.decode(
                text,
                self._secrets[header["kid"]],
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": REQUIRED,
                    # Times are judged by the clock that everything else goes by.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            if header.get("typ") != TYPE:
                raise InvalidToken()
            return _claims(payload)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
            raise InvalidToken() from None


def _claims(payload: Mapping[str, Any]) -> Claims:
    """Return the claims, every one of its right type.

    Raises:
        TypeError, ValueError, OverflowError: one of them is not.
    """
    numbers = [payload[name] for name in ("iat", "exp", "ver")]
    if any(type(number) is not int for number in numbers) or type(payload["jti"]) is not str:
        raise TypeError
    if re.fullmatch(r"[1-9][0-9]{0,18}", payload["sub"], re.ASCII) is None:
        raise ValueError
    issued, expires, version = numbers
    return Claims(
        user_id=UserId(int(payload["sub"])),
        token_id=TokenId(payload["jti"]),
        session_version=version,
        issued_at=datetime.fromtimestamp(issued, UTC),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _key_id(secret: str) -> str:
    """Return a name for the secret that tells nothing about it."""
    return hmac.new(secret.encode(), b"cashhaven key id", hashlib.sha256).hexdigest()[:16]


def check_secret(secret: str, name: str) -> None:
    """Refuse a secret that others may know or guess; `name` is what its setting is called.

    Raises:
        UnfitSecretError: it is too short, a known sample, or too simple.
    """
    if len(secret.encode()) < SHORTEST_SECRET:
        raise UnfitSecretError(f"{name}: deve ter pelo menos {SHORTEST_SECRET} bytes")
    if re.sub(r"[^a-z0-9]", "", secret.lower()) in SAMPLES:
        raise UnfitSecretError(f"{name}: é um exemplo conhecido; gere outro segredo, ao acaso")
    if len(set(secret)) < FEWEST_CHARACTERS:
        raise UnfitSecretError(f"{name}: é simples demais; gere outro segredo, ao acaso")
