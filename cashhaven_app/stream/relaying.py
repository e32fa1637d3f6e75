"""Giving committed events their places, all the time; each serving process does."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from cashhaven_app.stream.bell import Bell
from cashhaven_app.stream.outages import Outages
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stream.ports import Relay

POLL_SECONDS = 1.0
"""What a process that died left behind waits no longer than this for another one."""
PAUSE_SECONDS = 0.05
"""Between two passes: at most 20 a second, each for all that was committed meanwhile; the first
after a quiet moment begins at once."""
FEW = 4
PAUSE_AFTER_FEW_SECONDS = 0.02
"""After the events of a sale or an order alone: who sells 20 times a second never waits."""
MANY = 400
"""A pass that gave so many places may have left some, to the next one without a pause."""
LAG_TO_TELL = 5.0

_log = structlog.get_logger("cashhaven.stream")


class Relaying:
    """Works when it is woken by a commit of this process, and looks every second in any case.

    - `wake()`: there were events in a commit.
    - `listeners`: told after each pass that gave places.
    - `lag`: how many seconds the oldest event without a place has waited.
    - `lag_listeners`: told once when that is too long.
    """

    def __init__(self, relay: Relay, clock: Clock, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._relay = relay
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._bell = Bell()
        self._waiting_since: datetime | None = None
        self._lags = False
        self.listeners: list[Callable[[], None]] = []
        self.lag_listeners: list[Callable[[], None]] = []

    @property
    def lag(self) -> float:
        """How many seconds the oldest event without a place has waited, as far as it is known."""
        if self._waiting_since is None:
            return 0.0
        return max(0.0, (self._clock.now() - self._waiting_since).total_seconds())

    def wake(self) -> None:
        """Have a pass done as soon as may be."""
        self._bell.ring()

    async def run(self) -> None:
        """Give places until cancelled, whatever becomes of the storage meanwhile."""
        outages = Outages(_log, "stream_not_relayed", "stream_relayed_again")
        is_woken = False
        while True:
            given = 0
            with outages.noted():
                given = await self._pass(is_woken=is_woken)
            self._tell_lag()
            await asyncio.sleep(pause_after(given))
            is_woken = given >= MANY or await self._bell.rung(self._poll_seconds)

    async def _pass(self, *, is_woken: bool) -> int:
        if not is_woken:
            self._waiting_since = await self._relay.waiting_since()
            if self._waiting_since is None:
                return 0
        self._waiting_since = self._waiting_since or self._clock.now()
        given = await self._relay.advance()
        if given:
            for tell in self.listeners:
                tell()
        self._waiting_since = None if given < MANY else self._clock.now()
        return given

    def _tell_lag(self) -> None:
        lags = self.lag >= LAG_TO_TELL
        if lags and not self._lags:
            _log.warning("stream_lags", seconds=round(self.lag, 1))
            for tell in self.lag_listeners:
                tell()
        self._lags = lags


def pause_after(given: int) -> float:
    """Return how many seconds lie between a pass that gave so many places and the next one."""
    if given >= MANY:
        return 0.0
    return PAUSE_AFTER_FEW_SECONDS if 1 <= given <= FEW else PAUSE_SECONDS
