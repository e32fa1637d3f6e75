"""Passwords as Argon2id hashes, made off the event loop, so many at a time and no more."""

import asyncio
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from cashhaven_domain.shared.errors import Unavailable
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.ports import PasswordHasher

BCRYPT_BYTES = 72
"""What bcrypt looks at; the former system's library passed over the rest, and so do we."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argon2Cost:
    """How dear a hash is: OWASP's minimum, about 30 ms of one core and 19 MiB."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


class Argon2Passwords(PasswordHasher):
    """Hashes and checks passwords in a few threads of its own, with a bounded queue before them.

    At most half of the cores work for it: a flood of sign-ins must leave the rest to sales.
    """

    def __init__(
        self,
        cost: Argon2Cost | None = None,
        *,
        threads: int | None = None,
        most_waiting: int = 20,
        patience_seconds: float = 2.0,
    ) -> None:
        cost = cost or Argon2Cost()
        self._argon2 = Argon2(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=32,
            salt_len=16,
        )
        self._nobody = self._argon2.hash(secrets.token_urlsafe(32))
        threads = threads or max(1, _cores() // 2)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = asyncio.Semaphore(threads)
        self._waiting = 0
        self._most_waiting = most_waiting
        self._patience_seconds = patience_seconds

    async def hash(self, password: Password) -> str:
        """See the port."""
        return await self._work(lambda: self._argon2.hash(password.text))

    async def verify(self, password: Password, hashed: str | None) -> bool:
        """See the port."""
        if hashed is None:
            await self._work(lambda: self._matches(password.text, self._nobody))
            return False
        return await self._work(lambda: self._matches(password.text, hashed))

    def is_outdated(self, hashed: str) -> bool:
        """See the port."""
        try:
            return self._argon2.check_needs_rehash(hashed)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """Let the threads end; what they are doing now is finished."""
        self._pool.shutdown(wait=False)

    def _matches(self, text: str, hashed: str) -> bool:
        if hashed.startswith("$2"):
            return _matches_bcrypt(text, hashed)
        try:
            return self._argon2.verify(hashed, text)
        except (VerificationError, InvalidHashError):
            return False

    async def _work(self, job: Callable[[], T]) -> T:
        await self._take_place()
        # The place is given back when the thread is done, even if whoever waits for it has gone.
        result = asyncio.get_running_loop().run_in_executor(self._pool, job)
        result.add_done_callback(lambda _: self._places.release())
        return await asyncio.shield(result)

    async def _take_place(self) -> None:
        if self._places.locked() and self._waiting >= self._most_waiting:
            raise Unavailable()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable() from None
        finally:
            self._waiting -= 1


def _matches_bcrypt(text: str, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(text.encode()[:BCRYPT_BYTES], hashed.encode())
    except ValueError:
        return False


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
