"""What a serving process does by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

import structlog

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.errors import Unavailable
from cashhaven_domain.shared.operations import ANSWERS_KEPT
from cashhaven_domain.shared.ports import Clock, KeptAnswers

QUIET_HOUR = time(4)
"""When shops sleep; what can wait is done then, and once at the start."""
LATER = timedelta(hours=1)
"""When a night's work that could not be done is tried again."""

_log = structlog.get_logger("cashhaven.workers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """Forgets, every night, the answers that nobody may ask for again."""

    answers: KeptAnswers
    rules: ShopRulesReader
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Keep house until cancelled; a night on which the storage is away is left out."""
        while True:
            try:
                await self._forget()
                zone = (await self.rules.read()).time_zone
                pause = until_quiet(self.clock.now(), zone)
            except Unavailable as error:
                _log.warning("housekeeping_left_out", code=error.code)
                pause = LATER
            except Exception as error:
                # Whatever went wrong, the next night comes all the same.
                _log.error("housekeeping_failed", exc_info=error)
                pause = LATER
            await self.sleep(pause.total_seconds())

    async def _forget(self) -> None:
        count = await self.answers.forget(before=self.clock.now() - ANSWERS_KEPT)
        if count:
            _log.info("answers_forgotten", count=count)


def until_quiet(now: datetime, zone: tzinfo) -> timedelta:
    """Return how long it is until the next quiet hour of the shop."""
    here = now.astimezone(zone)
    quiet = datetime.combine(here.date(), QUIET_HOUR, tzinfo=zone)
    if quiet <= here:
        quiet = datetime.combine(here.date() + timedelta(days=1), QUIET_HOUR, tzinfo=zone)
    return quiet - now
