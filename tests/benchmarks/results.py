"""What a run found, with what it was found on, as JSON and back."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Round
from tests.benchmarks.goals import Comparison
from tests.benchmarks.running import Memory, Pace
from tests.benchmarks.scenarios import Scenario

OUR_PACKAGES = ("litestar", "msgspec", "sqlalchemy", "aiomysql", "uvicorn")


@dataclass(slots=True)
class Results:
    """Everything that is kept of a run."""

    about: dict[str, Any] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    series: dict[str, Any] = field(default_factory=dict)
    """What the scaling and the memory run found, by name."""

    def take(self, found: Comparison | Memory) -> None:
        """Keep what was found."""
        if isinstance(found, Comparison):
            self.comparisons.append(found)
        else:
            self.memory.append(found)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "about": self.about,
            "comparisons": [asdict(one) for one in self.comparisons],
            "memory": [asdict(one) for one in self.memory],
            "series": self.series,
        }
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Read what was written."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        about=kept["about"],
        comparisons=[
            Comparison(
                one["engine"],
                Scenario(**one["scenario"]),
                {name: [Round(**r) for r in rounds] for name, rounds in one["rounds"].items()},
            )
            for one in kept["comparisons"]
        ],
        memory=[Memory(**one) for one in kept["memory"]],
        series=kept["series"],
    )


def told(pace: Pace, settings: Mapping[str, str], versions: Mapping[str, str]) -> dict[str, Any]:
    """Return what a reader must know of the machine and of the run."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": _revision(),
        "machine": {
            "processors": len(os.sched_getaffinity(0)),
            "model": _processor(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "system": f"{platform.system()} {platform.release()}",
        },
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in OUR_PACKAGES},
            **versions,
        },
        "settings": dict(settings),
        "pace": asdict(pace),
    }


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
