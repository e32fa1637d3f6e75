"""Hints between machines, through a channel of Redis: how far the stream has come.

Nothing hangs on them: what a hint tells is read in the database, and looked for in any case.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from cashhaven_domain.stream.position import StreamPosition

CHANNEL = "cashhaven:stream"
REPLY_SECONDS = 2.0
"""A Redis that has not answered by then counts as away."""
SILENCE_SECONDS = 5.0
"""After so long without a hint it is asked whether it is still there."""


class HintsAwayError(Exception):
    """Redis is away, or does not let us in. Never tells more: addresses hold passwords."""


class RedisHints:
    """One end of the channel. Nothing is tried twice here: that is for whoever uses it."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=REPLY_SECONDS,
            socket_timeout=REPLY_SECONDS,
        )

    async def say(self, position: StreamPosition) -> None:
        """Tell everybody that the stream has come so far.

        Raises:
            HintsAwayError: perhaps nobody was told.
        """
        text = json.dumps({"epoch": position.epoch, "offset": position.offset})
        try:
            async with asyncio.timeout(2 * REPLY_SECONDS):
                await self._redis.publish(CHANNEL, text)
        except (RedisError, OSError) as error:
            raise HintsAwayError(type(error).__name__) from None

    async def heard(self) -> AsyncIterator[StreamPosition | None]:
        """Yield what is told from now on; `None` where it may be anything, as at the beginning.

        Raises:
            HintsAwayError: nothing more can be heard.
        """
        try:
            async with self._redis.pubsub() as channel:
                async with asyncio.timeout(2 * REPLY_SECONDS):
                    await channel.subscribe(CHANNEL)
                is_asked = False
                while True:
                    message = await channel.get_message(timeout=SILENCE_SECONDS)
                    if message is None and is_asked:
                        raise HintsAwayError("silence")
                    is_asked = message is None
                    if message is None:
                        await channel.ping()
                    elif message["type"] != "pong":
                        yield _read(message["data"])
        except (RedisError, OSError) as error:
            raise HintsAwayError(type(error).__name__) from None

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()


def _read(content: object) -> StreamPosition | None:
    if not isinstance(content, bytes):
        return None
    try:
        told = json.loads(content)
        return StreamPosition(str(told["epoch"]), int(told["offset"]))
    except (ValueError, TypeError, KeyError):
        return None
