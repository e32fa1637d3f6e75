"""A clock that counts seconds and that tests turn; and waiting for what comes by itself."""

import asyncio
from collections.abc import Callable

LONGEST = 10.0


class Seconds:
    """Stands in for `time.monotonic`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def until(condition: Callable[[], object]) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it never did.
    """
    async with asyncio.timeout(LONGEST):
        while not condition():  # noqa: ASYNC110  # nobody tells when it comes to hold
            await asyncio.sleep(0.001)
