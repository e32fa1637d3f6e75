"""Bars of the figures, as SVG that is the same for the same figures."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import rates
from tests.benchmarks.goals import LIMIT, OURS, PEER, Comparison
from tests.benchmarks.scenarios import Engine

NAMES: dict[Engine, str] = {
    "mariadb": "MariaDB",
    "slow-disk": "MariaDB on a slow disk",
    "mysql": "MySQL",
    "sqlite": "SQLite",
}
_COLOURS = {OURS: "#2a7f62", PEER: "#8d99ae", LIMIT: "#e0a458"}
_LABELS = {OURS: "CashHaven", PEER: "Express", LIMIT: "the database itself"}
_GOAL = "#c1121f"


def draw_ratios(engine: Engine, comparisons: Sequence[Comparison], path: Path) -> None:
    """Draw how many times as fast as the peer ours was, with the farthest rounds and the goals."""
    chart, axes = _new(len(comparisons), 0.42)
    for place, one in enumerate(comparisons):
        ratio = one.ratio
        axes.barh(place, ratio.middle, height=0.6, color=_COLOURS[OURS])
        axes.plot([ratio.least, ratio.most], [place, place], color="#333333", linewidth=1.5)
        if one.has_goal:
            goal = one.scenario.goal
            axes.plot([goal, goal], [place - 0.4, place + 0.4], color=_GOAL, linewidth=2)
    axes.axvline(1, color=_COLOURS[PEER], linewidth=1.5)
    _name_rows(axes, [str(one.scenario) for one in comparisons])
    axes.set_xlabel("times as fast as Express (grey: equal, red: goal)")
    axes.set_title(NAMES[engine], loc="left")
    _save(chart, path)


def draw_rates(comparisons: Sequence[Comparison], path: Path) -> None:
    """Draw how many a second each side did, and the database itself where that was measured."""
    chart, axes = _new(len(comparisons), 0.62)
    height = 0.27
    for number, name in enumerate((PEER, OURS, LIMIT)):
        shown = [
            (place, one.rounds[name]) for place, one in enumerate(comparisons) if name in one.rounds
        ]
        axes.barh(
            [place + (number - 1) * height for place, _ in shown],
            [rates(rounds).middle for _, rounds in shown],
            height=height,
            color=_COLOURS[name],
            label=_LABELS[name],
        )
    _name_rows(axes, [str(one.scenario) for one in comparisons])
    axes.set_xlabel("a second")
    axes.legend(frameon=False)
    _save(chart, path)


def draw_memory(samples: Sequence[dict[str, float]], path: Path) -> None:
    """Draw what one process held while orders were placed."""
    chart, axes = _new(8, 0.42)
    placed = [one["orders"] / 1_000 for one in samples]
    axes.plot(placed, [one["megabytes"] for one in samples], color=_COLOURS[OURS])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("thousand orders placed")
    axes.set_ylabel("MB")
    _save(chart, path)


def _new(rows: int, row_height: float) -> tuple[Any, Any]:
    # Else it leaves a folder of its own in the home of whoever runs this.
    os.environ.setdefault("MPLCONFIGDIR", tempfile.gettempdir())
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Letters stay letters, in whatever sans-serif the reader has; names inside are not random.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "cashhaven", "font.size": 10})
    chart = Figure(figsize=(9, 1.2 + rows * row_height), layout="constrained")
    axes = chart.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return chart, axes


def _name_rows(axes: Any, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()


def _save(chart: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    # Its lines end in blanks, which no file here does.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")
