"""The figures as a terminal shows them."""

from tests.benchmarks.figures import cpu_ms, middle_ms, rates
from tests.benchmarks.goals import LARGE_LIMIT, LIMIT, OURS, PEER, Comparison, most_memory_mb
from tests.benchmarks.running import Memory

_WIDTHS = (8, 53, 8, 8, 20, 15, 15, 16, 5)
_HEADS = (
    *("engine", "scenario", "peer/s", "ours/s", "times (least-most)"),
    *("peer p50/p99", "ours p50/p99", "CPU ms peer/ours", "goal"),
)


def head() -> str:
    """Return the names of the columns."""
    return f"{_cells(_HEADS)}\n{'-' * (sum(_WIDTHS) + 2 * len(_WIDTHS))}"


def line(found: Comparison | Memory) -> str:
    """Return the line of whatever was found."""
    return _comparison(found) if isinstance(found, Comparison) else _memory(found)


def _comparison(comparison: Comparison) -> str:
    """Return the line of a scenario, and one for each thing that is amiss."""
    ours, peer = comparison.rounds[OURS], comparison.rounds[PEER]
    ratio, goal = comparison.ratio, comparison.scenario.goal
    lines = [
        _cells(
            (
                comparison.engine,
                str(comparison.scenario),
                f"{rates(peer).middle:.0f}",
                f"{rates(ours).middle:.0f}",
                f"{ratio.middle:.2f} ({ratio.least:.2f}-{ratio.most:.2f})",
                f"{middle_ms(peer, 50):.1f}/{middle_ms(peer, 99):.1f}",
                f"{middle_ms(ours, 50):.1f}/{middle_ms(ours, 99):.1f}",
                f"{cpu_ms(peer, PEER):.3f}/{cpu_ms(ours, OURS):.3f}",
                f"{goal:g}" if goal is not None and comparison.has_goal else "",
            )
        )
    ]
    for name, group in ((LIMIT, 32), (LARGE_LIMIT, 128)):
        if name in comparison.rounds:
            limit = rates(comparison.rounds[name]).middle
            lines.append(f"          the database itself, in groups of {group}: {limit:.0f}/s")
    if comparison.share_of_limit is not None:
        lines.append(f"          ours reached {comparison.share_of_limit.middle:.0%} of it")
    lines += [f"          missed: {missed}" for missed in comparison.misses()]
    if comparison.bad:
        lines.append(f"          BAD REPLIES: {comparison.bad}")
    return "\n".join(lines)


def _memory(memory: Memory) -> str:
    """Return the line of what our server held."""
    most = most_memory_mb(memory.products)
    verdict = "" if memory.megabytes <= most else f"  missed: more than {most} MB"
    return (
        f"{memory.engine:<8}  the books balance; our server held {memory.megabytes:.0f} MB with"
        f" {memory.products} products{verdict}"
    )


def _cells(words: tuple[str, ...]) -> str:
    cells = [
        word.ljust(width) if place < 2 else word.rjust(width)
        for place, (word, width) in enumerate(zip(words, _WIDTHS, strict=True))
    ]
    return "  ".join(cells).rstrip()
