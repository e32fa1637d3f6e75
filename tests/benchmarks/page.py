"""Writes the page of the figures and its charts from what the runs kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import realtime_figures, realtime_table, results
from tests.benchmarks.charts import NAMES, draw_memory, draw_rates, draw_ratios
from tests.benchmarks.figures import cpu_ms, middle_ms, rates, swing
from tests.benchmarks.goals import (
    LARGE_LIMIT,
    LIMIT,
    OURS,
    PEER,
    Comparison,
    most_memory_mb,
)
from tests.benchmarks.long_run import WARM_AFTER
from tests.benchmarks.processes import ROOT, BenchmarkError
from tests.benchmarks.results import Results

PAGE = ROOT / "docs" / "reference" / "performance.md"
CHARTS = PAGE.with_suffix("")
_HEADS = (
    *("work", "Express/s", "ours/s", "times as fast", "goal"),
    *("Express p50, p99 ms", "ours p50, p99 ms", "CPU ms each: Express, ours"),
)
_TEXT = Path(__file__).with_name("page_text.md")


def write(folder: Path) -> None:
    """Write the page from the runs that were kept in the folder.

    Raises:
        BenchmarkError: the whole of it was never measured.
    """
    runs = ("whole", "scaling", "memory", "realtime")
    whole, scaling, memory, realtime = (folder / f"{run}.json" for run in runs)
    if not whole.exists():
        raise BenchmarkError(f"there is no {whole}: measure the whole first")
    found = results.read(whole)
    lines = [*_figures(found), *_limit(found), *_memory(found)]
    if scaling.exists():
        lines += _scaling(results.read(scaling))
    if memory.exists():
        lines += _long_run(results.read(memory))
    if realtime.exists():
        lines += _realtime(results.read(realtime))
    text = _TEXT.read_text(encoding="utf-8")
    PAGE.write_text(
        text.replace("{about}\n", "\n".join(_about(found.about)) + "\n").replace(
            "{figures}\n", "\n".join(lines).strip() + "\n"
        ),
        encoding="utf-8",
    )
    print(f"written: {PAGE}")


def _about(about: dict[str, Any]) -> Iterator[str]:
    machine, pace = about["machine"], about["pace"]
    told = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    revision = f" at revision `{about['revision']}`" if about["revision"] else ""
    yield (
        f"Measured on {about['date'][:10]}{revision}:"
        f" {machine['processors']} processors ({machine['model']}), {machine['memory_gb']} GB,"
        f" {machine['system']}; {told}."
    )
    yield (
        f"Each figure is the middle of {pace['rounds']} rounds of {pace['seconds']} s each,"
        " and in brackets the least and the most of them."
    )


def _figures(found: Results) -> Iterator[str]:
    for engine, name in NAMES.items():
        rows = [one for one in found.comparisons if one.engine == engine]
        if not rows:
            continue
        draw_ratios(engine, rows, CHARTS / f"ratios-{engine}.svg")
        beside = "" if engine != "sqlite" else ": ours on SQLite, Express on MariaDB"
        yield f"### {name}{beside}\n"
        yield f"![How many times as fast as Express](performance/ratios-{engine}.svg)\n"
        yield f"| {' | '.join(_HEADS)} |"
        yield "| --- | ---: | ---: | --- | --- | --- | --- | --- |"
        yield from map(_row, rows)
        yield ""
    orders = [
        one
        for one in found.comparisons
        if one.engine == "mariadb" and one.scenario.work in {"order", "sale"}
    ]
    if orders:
        draw_rates(orders, CHARTS / "writes.svg")
        yield "### Orders and sales a second, on MariaDB\n"
        yield "![Orders and sales a second](performance/writes.svg)\n"


def _row(one: Comparison) -> str:
    ours, peer, ratio = one.rounds[OURS], one.rounds[PEER], one.ratio
    goal = "" if not one.has_goal else f"{one.scenario.goal:g}"
    if goal:
        goal += ": missed" if one.misses() else ": met"
    cells = (
        str(one.scenario),
        f"{rates(peer).middle:.0f}",
        f"{rates(ours).middle:.0f}",
        f"**{ratio.middle:.2f}** [{ratio.least:.2f}–{ratio.most:.2f}]",
        goal,
        f"{middle_ms(peer, 50):.1f}, {middle_ms(peer, 99):.1f}",
        f"{middle_ms(ours, 50):.1f}, {middle_ms(ours, 99):.1f}",
        f"{cpu_ms(peer, PEER):.3f}, {cpu_ms(ours, OURS):.3f}",
    )
    return f"| {' | '.join(cells)} |"


def _limit(found: Results) -> Iterator[str]:
    limited = next((one for one in found.comparisons if one.share_of_limit is not None), None)
    if limited is None:
        return
    share = limited.share_of_limit
    assert share is not None
    yield "### Against the database's own limit\n"
    yield (
        "The same statements from a C program that does nothing else, on two connections,"
        f" in the same rounds as {limited.scenario}:"
        f" {rates(limited.rounds[LIMIT]).middle:.0f} orders a second in groups of 32,"
        f" {rates(limited.rounds[LARGE_LIMIT]).middle:.0f} in groups of 128.\n"
        f"The server reached **{share.middle:.0%}** [{share.least:.0%}–{share.most:.0%}] of the"
        " former, goal 50 %.\n"
    )


def _memory(found: Results) -> Iterator[str]:
    yield "### Memory of one server process after the runs\n"
    yield "| engine | products | MB | at most |"
    yield "| --- | ---: | ---: | ---: |"
    largest: dict[tuple[str, int], float] = {}
    for one in found.memory:
        place = (NAMES[one.engine], one.products)
        largest[place] = max(largest.get(place, 0.0), one.megabytes)
    for (engine, products), megabytes in largest.items():
        yield f"| {engine} | {products} | {megabytes:.0f} | {most_memory_mb(products)} |"
    yield ""


def _scaling(found: Results) -> Iterator[str]:
    yield "### What more of something costs: 64 clients' orders on MariaDB\n"
    for name, points in found.series.items():
        yield f"By {name}:\n"
        yield "| shop | orders/s | times the first | p50, p99 ms | CPU ms: ours, database | MB |"
        yield "| --- | ---: | --- | --- | --- | ---: |"
        yield from (_point(point) for point in points)
        yield ""


def _point(point: dict[str, Any]) -> str:
    ratio = point["ratio"]
    return (
        f"| {point['name']} | {point['rate']['middle']:.0f}"
        f" | {ratio['middle']:.2f} [{ratio['least']:.2f}–{ratio['most']:.2f}]"
        f" | {point['p50_ms']:.1f}, {point['p99_ms']:.1f}"
        f" | {point['cpu_ms']:.3f}, {point['database_cpu_ms']:.3f} | {point['megabytes']:.0f} |"
    )


def _long_run(found: Results) -> Iterator[str]:
    samples: Sequence[dict[str, float]] = found.series["memory"]
    draw_memory(samples, CHARTS / "memory.svg")
    last = samples[-1]
    warm = [one["megabytes"] for one in samples if one["orders"] >= WARM_AFTER * last["orders"]]
    yield f"### One process through {last['orders']:.0f} orders\n"
    yield "![Memory of the process](performance/memory.svg)\n"
    yield (
        f"It took {last['seconds']:.0f} seconds and ended with {last['megabytes']:.0f} MB;"
        f" after the first fifth its memory moved by {swing(warm):.1%} around its middle."
    )


def _realtime(found: Results) -> Iterator[str]:
    yield "\n### Screens that hear of every sale\n"
    yield "Beside ws on Node, and on MariaDB on both sides.\n"
    yield from _about(found.about)
    yield ""
    yield from realtime_table.page_of(*realtime_figures.read(found.series))
