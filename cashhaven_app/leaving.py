"""Sending many connections away one after the other, so that they do not all return at once."""

import asyncio
from collections.abc import Callable

Stop = Callable[[], None]


class Leaving:
    """Calls whoever was added, evenly over some seconds from the moment of the first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._stops: list[Stop] = []

    def add(self, loop: asyncio.AbstractEventLoop, stop: Stop) -> None:
        """Call this too, in its turn; all that are added in one go count as one crowd."""
        if not self._stops:
            _ = loop.call_soon(self._spread, loop)
        self._stops.append(stop)

    def _spread(self, loop: asyncio.AbstractEventLoop) -> None:
        stops, self._stops = self._stops, []
        for place, stop in enumerate(stops):
            _ = loop.call_later(self.seconds * place / len(stops), stop)
