"""Processes that are measured: started with a log of their own, watched, and ended."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN_S = 60.0
_ENDS_WITHIN_S = 15.0
_IDLE_WITHIN_S = 3.0
_LOOK_EVERY_S = 0.05
_IDLE_SHARE = 0.2
"""How much of a processor an idle server may take; the clock of processes ticks every 10 ms."""
_TICKS = os.sysconf("SC_CLK_TCK")


class BenchmarkError(Exception):
    """It cannot be measured here, or what was measured is worth nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: its address and its process."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self.process.pid

    def check(self) -> None:
        """See that it still runs.

        Raises:
            BenchmarkError: it ended; the text is what it said last.
        """
        if self.process.poll() is not None:
            raise BenchmarkError(f"{self.url} ended: {_last_words(self.log)}")


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], url: str, log: Path
) -> Iterator[Served]:
    """Give the server, once it answers, while the block lasts."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"{url}/health/live", process, log)
        yield Served(url, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            for pid in family(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()


def _wait_for(health: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise BenchmarkError(f"{process.args!r} does not serve: {_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2_000:]


def family(pid: int) -> list[int]:
    """Return the process and all that it started, itself first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def cpu_seconds(pid: int) -> float:
    """Return the time that the process and all that it started have taken so far."""
    fields = (_fields(one) for one in family(pid))
    return sum((int(one[11]) + int(one[12])) / _TICKS for one in fields if one)


def wait_until_idle(pids: Sequence[int]) -> None:
    """Wait until the processes have done what they were asked before, or for three seconds.

    A server goes on with requests whose caller has left.
    """
    end = time.monotonic() + _IDLE_WITHIN_S
    before = sum(map(cpu_seconds, pids))
    while time.monotonic() < end:
        time.sleep(_LOOK_EVERY_S)
        now = sum(map(cpu_seconds, pids))
        if now - before <= _IDLE_SHARE * _LOOK_EVERY_S:
            return
        before = now


def memory_mb(pid: int) -> float:
    """Return what the process and all that it started hold in memory."""
    total = 0
    for one in family(pid):
        status = Path(f"/proc/{one}/status").read_text(encoding="utf-8")
        total += next(
            (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0
        )
    return total / 1024


def _fields(pid: int) -> list[str]:
    """Return what the kernel says after the program's name; nothing of one that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
