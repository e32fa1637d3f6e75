"""What the realtime run found, as a terminal and as the page show it."""

from collections.abc import Iterator, Sequence

from tests.benchmarks.figures import Spread
from tests.benchmarks.goals import OURS, PEER
from tests.benchmarks.realtime_figures import (
    KB_EACH_WITHIN,
    P50_WITHIN_MS,
    P99_WITHIN_MS,
    FanOut,
    Openings,
    p50_ms,
    p99_ms,
    reply_ms,
    round_ms,
)

_HEADS = (
    *("screens, sales", "sale to frame, p50, p99 ms: ws; ours", "p50, times ws's"),
    *("the sale's own reply, ms",),
    *("first to last screen, ms", "times ws's", "CPU µs each frame", "times ws's"),
)


def told_of_openings(found: Openings) -> Iterator[str]:
    """Give the lines for a terminal."""
    yield f"{found.screens} screens come to a new server"
    for side in (PEER, OURS):
        yield (
            f"  {side:<5} {_spread(found.kb_each(side), 1)} KB each when idle,"
            f" {_spread(found.per_second(side), 0)} let in a second"
        )


def told_of_fan_out(found: FanOut) -> Iterator[str]:
    """Give the lines for a terminal."""
    yield str(found.crowd)
    for side in (PEER, OURS):
        yield (
            f"  {side:<5} p50/p99 {found.middle(side, p50_ms):.1f}/{found.middle(side, p99_ms):.1f}"
            f" ms, reply {found.middle(side, reply_ms):.1f} ms,"
            f" first to last {found.middle(side, round_ms):.1f} ms,"
            f" CPU {found.cpu_us_each(side):.1f} µs each frame"
        )
    yield (
        f"  times the peer's: p50 {_spread(found.ratio(p50_ms))},"
        f" first to last {_spread(found.ratio(round_ms))},"
        f" CPU {_spread(found.cpu_ratio)}"
    )


def page_of(openings: Openings | None, fan_outs: Sequence[FanOut]) -> Iterator[str]:
    """Give the lines of the page, but for where it was measured."""
    yield f"| {' | '.join(_HEADS)} |"
    yield f"| --- |{' --- |' * (len(_HEADS) - 1)}"
    yield from map(_row, fan_outs)
    yield (
        f"\nGoals: with 1000 screens p50 within {P50_WITHIN_MS:g} ms and p99 within"
        f" {P99_WITHIN_MS:g} ms, and everywhere no slower than ws: at p50, from the first screen to"
        " the last, and in processor time."
    )
    missed = [sentence for one in fan_outs for sentence in (*one.fails(), *one.misses())]
    missed += openings.fails() if openings is not None else ()
    yield f"Missed: {'; '.join(missed)}.\n" if missed else "All were met.\n"
    if openings is not None:
        yield (
            f"{openings.screens} screens that come to a new server cost it"
            f" **{_spread(openings.kb_each(OURS), 1)} KB** each when idle, goal"
            f" {KB_EACH_WITHIN:g}; the peer {_spread(openings.kb_each(PEER), 1)}.\n"
            f"It lets {_spread(openings.per_second(OURS), 0)} in a second, the peer"
            f" {_spread(openings.per_second(PEER), 0)}.\n"
        )


def _row(found: FanOut) -> str:
    cells = (
        str(found.crowd),
        f"{found.middle(PEER, p50_ms):.1f}, {found.middle(PEER, p99_ms):.1f};"
        f" **{found.middle(OURS, p50_ms):.1f}, {found.middle(OURS, p99_ms):.1f}**",
        f"**{_spread(found.ratio(p50_ms))}**",
        f"{found.middle(PEER, reply_ms):.1f}; {found.middle(OURS, reply_ms):.1f}",
        f"{found.middle(PEER, round_ms):.1f}; {found.middle(OURS, round_ms):.1f}",
        f"**{_spread(found.ratio(round_ms))}**",
        f"{found.cpu_us_each(PEER):.1f}; {found.cpu_us_each(OURS):.1f}",
        f"**{_spread(found.cpu_ratio)}**",
    )
    return f"| {' | '.join(cells)} |"


def _spread(found: Spread, digits: int = 2) -> str:
    return f"{found.middle:.{digits}f} [{found.least:.{digits}f}–{found.most:.{digits}f}]"
