"""Telling servers on other machines that there is something new, and hearing it from them."""

import asyncio
import random

import structlog

from cashhaven_adapters.redis_hints import HintsAwayError, RedisHints
from cashhaven_app.stream.bell import Bell
from cashhaven_app.stream.following import Follower
from cashhaven_app.stream.outages import Outages
from cashhaven_domain.stream.position import StreamPosition

LONGEST_PAUSE = 5.0
_A_DAY = 86_400.0

_log = structlog.get_logger("cashhaven.stream")


class Hinting:
    """Both directions of the hints, each tried again for ever."""

    def __init__(self, hints: RedisHints, follower: Follower) -> None:
        self._hints = hints
        self._follower = follower
        self._bell = Bell()

    def announce(self) -> None:
        """Have others told how far the stream has come; what comes together is told together."""
        self._bell.ring()

    async def run(self) -> None:
        """Tell and hear until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                _ = group.create_task(self._tell())
                _ = group.create_task(self._hear())
        finally:
            await self._hints.close()

    async def _tell(self) -> None:
        outages = Outages(_log, "hints_not_told", "hints_told_again", HintsAwayError)
        while True:
            if await self._bell.rung(_A_DAY):
                with outages.noted():
                    await self._hints.say(await self._follower.known_position(within=0))
            await asyncio.sleep(_pause(outages.failures))

    async def _hear(self) -> None:
        outages = Outages(_log, "hints_not_heard", "hints_heard_again", HintsAwayError)
        while True:
            with outages.noted():
                async for told in self._hints.heard():
                    outages.works()
                    if not _is_behind(told, self._follower.position):
                        self._follower.wake()
            await asyncio.sleep(_pause(max(1, outages.failures)))


def _is_behind(told: StreamPosition | None, own: StreamPosition | None) -> bool:
    """Whether that is known here already."""
    return (
        told is not None
        and own is not None
        and told.epoch == own.epoch
        and told.offset <= own.offset
    )


def _pause(failures: int) -> float:
    """Return how long to leave it alone; never the same, so that not all come back at once."""
    longest = min(LONGEST_PAUSE, 0.5 * failures)
    return random.uniform(longest / 2, longest)  # noqa: S311  # nobody guards anything with it
