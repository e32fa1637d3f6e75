"""Forgetting events that nobody may ask for any more."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from cashhaven_app.stream.outages import Outages
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stream.ports import Relay

EVERY_SECONDS = 60.0

_log = structlog.get_logger("cashhaven.stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """Forgets, every minute, events older than `kept` and all but the last `most`."""

    relay: Relay
    clock: Clock
    kept: timedelta
    most: int
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Prune until cancelled, whatever becomes of the storage meanwhile."""
        outages = Outages(_log, "stream_not_pruned", "stream_pruned_again")
        while True:
            with outages.noted():
                before = self.clock.now() - self.kept
                count = await self.relay.forget(before=before, keep=self.most)
                if count:
                    _log.info("events_forgotten", count=count)
            await self.sleep(EVERY_SECONDS)
