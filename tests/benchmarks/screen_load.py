"""Screens that hear every sale, and the tills: a C program that is told what to do."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks import compiling
from tests.benchmarks.processes import BenchmarkError, Served

OPENED_AT_ONCE = 16
_FOLDER = "screens"
_SOURCES = ("screens.h", "screens.c", "network.c", "screen.c", "till.c")
_ENDS_WITHIN_S = 10.0


def built() -> str:
    """Return the program, compiled if it was changed since it was compiled.

    Raises:
        BenchmarkError: there is no C compiler here.
    """
    return str(compiling.built("screens-load", [f"{_FOLDER}/{source}" for source in _SOURCES]))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the screens heard of some sales: every one of them all, in order and once."""

    sales: int
    frames: int
    p50_ms: float
    """From the moment at which a sale was due to be sent to a frame at its screen."""
    p99_ms: float
    most_ms: float
    reply_ms: float
    """The middle of the times until the sale itself was answered."""
    round_ms: float
    """The middle of the times from the first screen's frame to the last one's."""


class Screens:
    """A process that is at many screens of one server."""

    def __init__(self, process: "subprocess.Popen[str]", served: Served) -> None:
        self._process = process
        self._served = served

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def open(self, count: int) -> float:
        """Open so many, signed in, that hear all sales; return how many were let in a second."""
        done = self._ask(f"open {count} {OPENED_AT_ONCE}")
        return float(done["opened"] / done["seconds"])

    def close(self) -> None:
        """Say goodbye on all of them."""
        self._ask("close")

    def sell(self, sales: int, per_second: float) -> Heard:
        """Register sales at a steady pace, and wait until every screen has heard of all."""
        return Heard(**self._ask(f"sales {sales} {per_second}"))

    def sign_in_as(self, tokens: Sequence[str]) -> None:
        """Be these users, in turn."""
        for token in tokens:
            self._say(f"token {token}")

    def _say(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def _ask(self, command: str) -> dict[str, Any]:
        self._say(command)
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            assert self._process.stderr is not None
            self._served.check()
            raise BenchmarkError(
                f"{command}, at {self._served.url}: {self._process.stderr.read().strip()}"
            )
        told: dict[str, Any] = json.loads(answer)
        return told


@contextmanager
def screens_at(served: Served, tokens: Sequence[str], products: int) -> Iterator[Screens]:
    """Give screens of a server while the block lasts; none is open yet."""
    port = urlsplit(served.url).port
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [built(), str(port), str(products)], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    with process:
        try:
            screens = Screens(process, served)
            screens.sign_in_as(tokens)
            yield screens
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
