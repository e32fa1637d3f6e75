"""Load from wrk: found on this machine, or unpacked beside it on a Debian host."""

import json
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from tests.benchmarks.figures import Round
from tests.benchmarks.processes import BenchmarkError
from tests.benchmarks.scenarios import CLIENTS_IN_THE_BOOKS, Scenario
from tests.support.debian_packages import PackageNotToBeHad, unpacked_program

_SCRIPT = Path(__file__).with_name("load.lua")
_PATIENCE = "20s"
_seeds = count(1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a server: its address, a token, and what it answered to all products before."""

    url: str
    token: str
    etag: str | None = None


def wrk() -> str:
    """Return the program that makes the load.

    Raises:
        BenchmarkError: it is not here and cannot be fetched.
    """
    found = shutil.which("wrk")
    if found is not None:
        return found
    try:
        return str(unpacked_program("wrk", "usr/bin/wrk"))
    except PackageNotToBeHad as error:
        raise BenchmarkError(f"the load is made by wrk; install it: {error}") from error


def call(caller: Caller, scenario: Scenario, seconds: int) -> Round:
    """Send the scenario's requests for some seconds and tell what came back."""
    before = _children_seconds()
    done = subprocess.run(
        [
            *(wrk(), "--threads", "1", "--connections", str(scenario.clients)),
            *("--duration", f"{seconds}s", "--timeout", _PATIENCE, "--script", str(_SCRIPT)),
            *(caller.url, "--", *_told(caller, scenario)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    result = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if result is None:
        raise BenchmarkError(f"wrk failed: {done.stdout}{done.stderr}")
    return Round(
        **json.loads(result.removeprefix("RESULT ")),
        cpu_seconds={"load": _children_seconds() - before},
    )


def _told(caller: Caller, scenario: Scenario) -> Sequence[str]:
    ended = datetime.now(UTC)
    began = ended - timedelta(minutes=1)
    told: dict[str, object] = {
        "scenario": scenario.work,
        "path": scenario.path,
        "products": scenario.products,
        "clients": CLIENTS_IN_THE_BOOKS,
        "seed": next(_seeds),
        "began": began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "token": caller.token,
        "term": scenario.term,
        "etag": caller.etag if scenario.work == "stock-etag" else None,
    }
    return [f"{name}={value}" for name, value in told.items() if value is not None]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
