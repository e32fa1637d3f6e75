"""A relay in a process of its own, which tests kill: `python -m tests.support.relay_process`.

It is given the address of the database, and writes how many places it gave, pass by pass.
"""

import asyncio
import contextlib
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_domain.shared.errors import Unavailable
from tests.support.databases import opened

_PAUSE_SECONDS = 0.002
_SECONDS_TO_START = 30


@dataclass(slots=True)
class KilledRelay:
    """What became of a relay that is killed again and again."""

    kills: int = 0
    given: int = 0
    """So many places it told of; it may have been killed before it told of more."""


@asynccontextmanager
async def relay_that_is_killed(url: str, chance: random.Random) -> AsyncIterator[KilledRelay]:
    """Have a relay at work while the block lasts.

    It is killed (SIGKILL) again and again, whatever it is about, and begun anew a little later.
    """
    relay = KilledRelay()
    task = asyncio.create_task(_kill_again_and_again(url, chance, relay))
    try:
        yield relay
    finally:
        _ = task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _kill_again_and_again(url: str, chance: random.Random, relay: KilledRelay) -> None:
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.relay_process",
            url,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        noting = None
        try:
            async with asyncio.timeout(_SECONDS_TO_START):
                _ = await process.stdout.readline()
            noting = asyncio.create_task(_note(process.stdout, relay))
            await asyncio.sleep(chance.uniform(0.1, 0.7))
            assert process.returncode is None, "the relay ended by itself"
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            _ = await process.wait()
            if noting is not None:
                await noting
        relay.kills += 1
        await asyncio.sleep(chance.uniform(0, 0.2))


async def _note(told: asyncio.StreamReader, relay: KilledRelay) -> None:
    async for line in told:
        if line.endswith(b"\n"):
            relay.given += int(line)


async def _work(url: str) -> None:
    async with opened(url, pool_size=2) as database:
        relay = SqlRelay(database)
        print("begun", flush=True)
        while True:
            with contextlib.suppress(Unavailable):
                print(await relay.advance(), flush=True)
            await asyncio.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
