"""The parent of several server processes: starts them, starts them again, and ends them."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.processes.link import Job, Link, Word
from cashhaven_app.server import LAST_SECONDS

NOW_SECONDS = 2
"""How long whoever was told to end at once may take for it."""
CALM_SECONDS = 10
"""A process that lived so long is started again at once."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

_PACKAGES = Path(__file__).parents[2]
_BEGIN = (
    "import sys; sys.path.append(sys.argv[2]); "
    "from cashhaven_app.processes.child import main; sys.exit(main())"
)
"""What a child runs: these packages, also where they are not installed, and no other's in the
folder of the start."""

_log = structlog.get_logger("cashhaven.server")


@dataclass(slots=True)
class _Child:
    """A server process that runs, and our end of the link to it."""

    process: asyncio.subprocess.Process
    link: Link

    @classmethod
    async def start(cls, job: Job) -> Self:
        """Start a fresh interpreter: nothing is inherited but the link and the output."""
        here, there = Link.pair()
        number = there.fileno()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-c", _BEGIN, str(number), str(_PACKAGES)),
                stdin=subprocess.DEVNULL,
                pass_fds=[number],
            )
        finally:
            there.close()
        here.hand_over(job)
        return cls(process, here)

    async def is_ready(self) -> bool:
        """Return true once it serves, false once it ended without."""
        async for word in self.link.words():
            if word is Word.READY:
                return True
        return False

    async def end(self) -> int:
        """Return its status once it has ended."""
        status = await self.process.wait()
        self.link.close()
        return status

    def kill(self) -> None:
        """End it without a word."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Parent:
    """Keeps one server process running for each job, until a signal says that it is enough."""

    def __init__(self, jobs: Sequence[Job], when_ready: Callable[[], None]) -> None:
        self._jobs = jobs
        self._when_ready = when_ready
        self._seconds = jobs[0].settings.drain_seconds + LAST_SECONDS
        self._children: list[_Child] = []
        self._to_come = len(jobs)
        self._stopping = asyncio.Event()
        self._in_order = True

    async def run(self) -> bool:
        """Serve; return whether all processes ended in order.

        Raises:
            CommandError: they could not even begin.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._hear)
        async with asyncio.TaskGroup() as group:
            for job in self._jobs:
                _ = group.create_task(self._keep(job))
        if self._to_come and not self._in_order:
            raise CommandError(
                "um dos processos não conseguiu começar; o log diz por quê",
                status=ExitStatus.UNAVAILABLE,
            )
        return self._in_order

    async def _keep(self, job: Job) -> None:
        pause = 0.0
        is_first = True
        while not self._stopping.is_set():
            began = time.monotonic()
            child = await self._begin(job)
            if await child.is_ready() and is_first:
                is_first = False
                self._one_more_is_ready()
            status = await child.end()
            self._children.remove(child)
            if self._stopping.is_set() or is_first:
                self._in_order &= status == 0
                self._stop()
                return
            lived = time.monotonic() - began
            pause = 0.0 if status == 0 or lived > CALM_SECONDS else _longer(pause)
            _log.error("process_ended", child=child.process.pid, status=status, again_in_s=pause)
            with contextlib.suppress(TimeoutError):
                _ = await asyncio.wait_for(self._stopping.wait(), pause)

    async def _begin(self, job: Job) -> _Child:
        child = await _Child.start(job)
        self._children.append(child)
        _log.info("process_began", child=child.process.pid)
        if self._stopping.is_set():  # said while it was on its way
            child.link.say(Word.STOP)
        return child

    def _one_more_is_ready(self) -> None:
        self._to_come -= 1
        if not self._to_come:
            self._when_ready()

    def _hear(self) -> None:
        """Obey a signal: the first in order, the second at once."""
        if not self._stopping.is_set():
            self._stop()
            return
        self._in_order = False
        self._tell(Word.STOP_NOW, within=NOW_SECONDS)

    def _stop(self) -> None:
        if not self._stopping.is_set():
            self._stopping.set()
            self._tell(Word.STOP, within=self._seconds)

    def _tell(self, word: Word, *, within: float) -> None:
        for child in self._children:
            child.link.say(word)
        _ = asyncio.get_running_loop().call_later(within, self._kill)

    def _kill(self) -> None:
        for child in self._children:
            child.kill()


def _longer(pause: float) -> float:
    return min(max(SHORTEST_PAUSE, pause * 2), LONGEST_PAUSE)
