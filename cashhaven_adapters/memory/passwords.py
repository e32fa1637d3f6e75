"""Passwords for shops in memory: as quick as tests want them, and no safer."""

import hashlib
import hmac
import secrets

from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import PasswordHasher


class MemoryPasswords(PasswordHasher):
    """Salted, but hashed once only: for books that are gone when the process ends."""

    async def hash(self, password: Password) -> str:
        """See the port."""
        return _hashed(secrets.token_hex(8), password)

    async def verify(self, password: Password, hashed: str | None) -> bool:
        """See the port."""
        salt, _, _ = (hashed or "").partition(":")
        return hmac.compare_digest(_hashed(salt, password), hashed or "")

    def is_outdated(self, hashed: str) -> bool:
        """See the port."""
        return ":" not in hashed

    def close(self) -> None:
        """Let go of nothing: there are no threads."""


def _hashed(salt: str, password: Password) -> str:
    return f"{salt}:{hashlib.sha256(f'{salt}:{password.text}'.encode()).hexdigest()}"
