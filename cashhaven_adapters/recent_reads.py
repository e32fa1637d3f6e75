"""Reads that every request needs, remembered for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from cashhaven_domain.parameters.ports import ShopRulesMemory, ShopRulesReader
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.ports import SessionDirectory, StandingReader
from cashhaven_domain.users.session import Standing

SECONDS_KEPT = 5.0
MOST_KEPT = 10_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """Answers from the last few seconds. Many who ask at once share one reading."""

    def __init__(
        self,
        read: Callable[[K], Awaitable[V]],
        seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._monotonic = monotonic
        self._answers: dict[K, tuple[float, V]] = {}
        self._readings: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Return the answer, at most as old as it may be."""
        kept = self._answers.get(key)
        if kept is not None and self._monotonic() < kept[0]:
            return kept[1]
        reading = self._readings.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read_anew(key))
            self._readings[key] = reading
        # Whoever is cancelled leaves; the others still get the answer.
        return await asyncio.shield(reading)

    def forget(self, key: K) -> None:
        """Drop the answer, and one that is on its way: it may have been read too early."""
        self._answers.pop(key, None)
        self._readings.pop(key, None)

    def forget_all(self) -> None:
        """Drop all answers, and those on their way."""
        self._answers.clear()
        self._readings.clear()

    async def _read_anew(self, key: K) -> V:
        good_until = self._monotonic() + self._seconds
        this = asyncio.current_task()
        try:
            answer = await self._read(key)
            if self._readings.get(key) is this:
                if len(self._answers) >= MOST_KEPT:
                    self._answers.clear()
                self._answers[key] = (good_until, answer)
            return answer
        finally:
            if self._readings.get(key) is this:
                del self._readings[key]


class RecentSessions(SessionDirectory):
    """What is stored about sessions, as it was at most five seconds ago."""

    def __init__(
        self,
        stored: StandingReader,
        *,
        seconds: float = SECONDS_KEPT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._recent = _Recent[UserId, Standing | None](stored.find_standing, seconds, monotonic)

    async def look_up(self, user_id: UserId) -> Standing | None:
        """See the port."""
        return await self._recent.get(user_id)

    def forget(self, user_id: UserId) -> None:
        """See the port."""
        self._recent.forget(user_id)

    def forget_all(self) -> None:
        """Read everything anew: anything may have changed."""
        self._recent.forget_all()


class RecentShopRules(ShopRulesReader, ShopRulesMemory):
    """The shop's rules: changed here, they count at once; elsewhere, within five seconds."""

    def __init__(
        self,
        stored: ShopRulesReader,
        *,
        seconds: float = SECONDS_KEPT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        async def read(_: None) -> ShopRules:
            return await stored.read()

        self._recent = _Recent[None, ShopRules](read, seconds, monotonic)

    async def read(self) -> ShopRules:
        """See the port."""
        return await self._recent.get(None)

    def forget(self) -> None:
        """See the port."""
        self._recent.forget(None)
