"""Waking a task that otherwise looks by itself from time to time."""

import asyncio


class Bell:
    """Rung by anybody, any number of times; whoever waits is woken once."""

    def __init__(self) -> None:
        self._ringing = asyncio.Event()

    def ring(self) -> None:
        """Wake who waits, or who is going to wait next."""
        self._ringing.set()

    async def rung(self, within: float) -> bool:
        """Wait until it is rung, but no longer than so many seconds; return whether it was."""
        try:
            async with asyncio.timeout(within):
                _ = await self._ringing.wait()
        except TimeoutError:
            return False
        finally:
            self._ringing.clear()
        return True
