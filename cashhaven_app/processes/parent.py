"""The parent of several server processes: starts them, starts them again, and ends them."""

import asyncio
import contextlib
import logging
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
_BEGIN = """
import signal, sys
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
sys.path.append(sys.argv[2])
from cashhaven_app.processes.child import main
sys.exit(main())
"""
"""What a child runs: these packages, also where they are not installed, and nothing that lies in
the folder of the start. Until it serves only our word counts, not a signal to the whole group."""

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
        with contextlib.suppress(OSError):  # whoever is gone already is missed soon enough
            here.hand_over(job)
        return cls(process, here)

    async def end(self) -> int:
        """Return its status once it has ended."""
        status = await self.process.wait()
        self.link.close()
        return status

    def kill(self) -> None:
        """End it without a word."""
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            self.process.kill()


class Parent:
    """Keeps one server process running for each job, until a signal says that it is enough."""

    def __init__(self, jobs: Sequence[Job], when_ready: Callable[[], None]) -> None:
        self._jobs = jobs
        self._when_ready = when_ready
        self._seconds = jobs[0].settings.drain_seconds + LAST_SECONDS
        self._children: list[_Child] = []
        self._served: set[int] = set()
        self._stopping = asyncio.Event()
        self._in_order = self._could_begin = True

    async def run(self) -> bool:
        """Serve; return whether all processes ended in order.

        Raises:
            CommandError: they could not even begin.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._hear)
        async with asyncio.TaskGroup() as group:
            for place in range(len(self._jobs)):
                _ = group.create_task(self._keep(place))
        if not self._could_begin:
            raise CommandError(
                "um dos processos não conseguiu começar; o log diz por quê",
                status=ExitStatus.UNAVAILABLE,
            )
        return self._in_order

    async def _keep(self, place: int) -> None:
        """Let one process follow the other in this place."""
        pause = 0.0
        while not self._stopping.is_set():
            began = time.monotonic()
            status = await self._live(place)
            if self._stopping.is_set():
                self._in_order &= status == 0
                return
            if place not in self._served:
                self._could_begin = False
                self._stop()
                return
            lived = time.monotonic() - began
            pause = 0.0 if status == 0 or lived > CALM_SECONDS else _longer(pause)
            with contextlib.suppress(TimeoutError):  # nobody asked to stop during the pause
                _ = await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live(self, place: int) -> int:
        """Start a process and return its status once it has ended."""
        try:
            child = await _Child.start(self._jobs[place])
        except OSError as error:
            _log.error("process_not_begun", reason=error.strerror)
            return ExitStatus.UNAVAILABLE
        pid = child.process.pid
        _log.info("process_began", child=pid)
        self._children.append(child)
        if self._stopping.is_set():  # said while it was on its way
            child.link.say(Word.STOP)
        async for word in child.link.words():
            if word is Word.READY:
                self._note_served(place)
            elif word is Word.EVENTS:
                self._pass_on(word, child)
        status = await child.end()
        self._children.remove(child)
        _log.log(
            logging.WARNING if status else logging.INFO, "process_ended", child=pid, status=status
        )
        return status

    def _note_served(self, place: int) -> None:
        is_again = place in self._served
        self._served.add(place)
        if len(self._served) == len(self._jobs) and not is_again and not self._stopping.is_set():
            self._when_ready()

    def _pass_on(self, word: Word, sayer: _Child) -> None:
        """Let the other children hear what one said."""
        for child in self._children:
            if child is not sayer:
                child.link.hint(word)

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
