"""Measures, shows, keeps the figures as JSON; `nox -s bench` runs it."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import (
    database_limit,
    express_peer,
    long_run,
    options,
    own_process,
    page,
    programme,
    realtime,
    realtime_figures,
    realtime_table,
    results,
    running,
    scaling,
    screen_load,
    table,
    ws_peer,
)
from tests.benchmarks.databases import Servers
from tests.benchmarks.goals import FLAT_WITHIN, MEMORY_WITHIN, below_their_floors, with_bad_replies
from tests.benchmarks.options import Options
from tests.benchmarks.processes import BenchmarkError
from tests.benchmarks.results import Results


def main() -> int:
    """Run what was asked for and return the exit status."""
    asked = options.read()
    # Filling a shop is slow, and nobody's fault.
    logging.getLogger("cashhaven.sql").setLevel(logging.ERROR)
    if not Path("/proc/self/stat").exists():
        print("processes are watched as Linux shows them: this system does not")
        return 1
    try:
        return _RUNS[asked.run](asked)
    except BenchmarkError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def _measure(asked: Options) -> int:
    """Compare with the peer: the whole, the smoke run, or what the command line leaves of them."""
    whole = programme.whole() if asked.run == "whole" else programme.smoke()
    stages = programme.chosen(
        whole,
        works=asked.works,
        clients=asked.clients,
        products=asked.products,
        engines=asked.engines,
    )
    if not stages:
        raise BenchmarkError("nothing is left to measure: see --help")
    express_peer.prepared()
    if any(stage.limit for stage in stages):
        database_limit.built()
    pace, found = running.Pace(asked.rounds, asked.seconds), Results()
    print(table.head())
    with _keeping(asked, found, pace) as (servers, logs):
        for one in running.measured(stages, servers, pace, logs):
            found.take(one)
            print(table.line(one), flush=True)
    return _judge(found)


def _judge(found: Results) -> int:
    amiss = with_bad_replies(found.comparisons) + below_their_floors(found.comparisons)
    for sentence in amiss:
        print(f"failed: {sentence}")
    return 1 if amiss else 0


def _scale(asked: Options) -> int:
    pace, found = running.Pace(asked.rounds, asked.seconds), Results()
    dearer = 0.0
    with _keeping(asked, found, pace) as (servers, logs):
        for name, shops in scaling.rows(asked.orders).items():
            points = scaling.measured(shops, servers, pace, logs)
            found.series[name] = [asdict(point) for point in points]
            print("\n".join(scaling.told(name, points)), flush=True)
            if name == scaling.BOOKS:
                dearer = scaling.dearer_by(points)
    print(f"an order costs {dearer:+.1%} in the fullest books, goal: at most {FLAT_WITHIN:.0%}")
    return 0 if dearer <= FLAT_WITHIN else 1


def _long(asked: Options) -> int:
    found = Results()
    with _keeping(asked, found, running.Pace(1, 5, 0)) as (servers, logs):
        samples = long_run.sampled(asked.orders, servers, logs)
        found.series["memory"] = [asdict(sample) for sample in samples]
    swing = long_run.swing_when_warm(samples)
    print(f"memory moved by {swing:.1%} around its middle once warm")
    return 0 if swing <= MEMORY_WITHIN else 1


def _listen(asked: Options) -> int:
    """Measure how screens hear of sales; with some of the crowds only, these alone."""
    crowds = [one for one in realtime.CROWDS if not asked.clients or one.screens in asked.clients]
    if not crowds:
        raise BenchmarkError("no crowd of screens is as large as that")
    pace, found = running.Pace(asked.rounds, asked.seconds), Results()
    _ = ws_peer.prepared(), screen_load.built()
    openings, fan_outs = None, []
    with _keeping(asked, found, pace, ws_peer.versions) as (servers, logs):
        most = max(realtime.IDLE_SCREENS, *(crowd.screens for crowd in crowds))
        with realtime.place(servers, logs, most) as where:
            if not asked.clients:
                openings = realtime.openings(where, pace)
                print("\n".join(realtime_table.told_of_openings(openings)), flush=True)
            for crowd in crowds:
                fan_outs.append(realtime.fan_out(where, crowd, pace))
                print("\n".join(realtime_table.told_of_fan_out(fan_outs[-1])), flush=True)
        found.series = realtime_figures.kept(openings, fan_outs)
    for sentence in (sentence for one in fan_outs for sentence in one.misses()):
        print(f"missed: {sentence}")
    failed = [sentence for one in fan_outs for sentence in one.fails()]
    failed += openings.fails() if openings is not None else ()
    for sentence in failed:
        print(f"failed: {sentence}")
    return 1 if failed else 0


def _show(asked: Options) -> int:
    page.write(asked.folder)
    return 0


@contextmanager
def _keeping(
    asked: Options,
    found: Results,
    pace: running.Pace,
    versions_of_peer: Callable[[], dict[str, str]] = express_peer.versions,
) -> Iterator[tuple[Servers, Path]]:
    """Give servers and a folder for logs; keep what was found, however far it came."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    with Servers() as servers, TemporaryDirectory() as logs:
        try:
            yield servers, Path(logs)
        finally:
            versions = servers.versions() | versions_of_peer()
            found.about = results.told(pace, own_process.SETTINGS, versions)
            found.write(asked.file)
            print(f"\nkept in {asked.file}")
    if asked.write:
        page.write(asked.folder)


_RUNS = {
    "whole": _measure,
    "smoke": _measure,
    "scaling": _scale,
    "memory": _long,
    "realtime": _listen,
    "page": _show,
}

if __name__ == "__main__":
    sys.exit(main())
