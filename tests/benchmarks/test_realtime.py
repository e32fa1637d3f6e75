"""What the realtime run makes of its rounds."""

import json
from dataclasses import replace

import pytest

from tests.benchmarks import options, realtime_table
from tests.benchmarks.goals import OURS, PEER
from tests.benchmarks.realtime import CROWDS, SHOP
from tests.benchmarks.realtime_figures import (
    Crowd,
    FanOut,
    FanOutRound,
    Opening,
    Openings,
    kept,
    p50_ms,
    read,
    round_ms,
)

_ROUND = FanOutRound(
    sales=25,
    frames=25_000,
    p50_ms=20.0,
    p99_ms=50.0,
    most_ms=60.0,
    reply_ms=5.0,
    round_ms=12.0,
    cpu_seconds={"server": 0.35, "database": 0.1, "load": 0.1},
)


_BARE = {PEER: 0.1, OURS: 0.1}


def fan_out(ours: FanOutRound, *, has_goal: bool = True) -> FanOut:
    return FanOut(Crowd(1_000, 5, has_goal), {PEER: [_ROUND] * 3, OURS: [ours] * 3}, _BARE)


def test_a_frame_costs_what_the_sales_alone_do_not():
    assert fan_out(_ROUND).cpu_us_each(PEER) == pytest.approx(10.0)


def test_rounds_are_compared_pair_by_pair():
    slow = replace(_ROUND, round_ms=36.0)
    found = FanOut(CROWDS[0], {PEER: [_ROUND, slow, _ROUND], OURS: [_ROUND, slow, slow]}, _BARE)
    assert found.ratio(round_ms).middle == 1.0
    assert found.ratio(round_ms).most == 3.0


def test_each_missed_goal_is_a_sentence():
    assert list(fan_out(_ROUND).misses()) == []
    late = replace(_ROUND, p50_ms=101.0, p99_ms=501.0)
    assert [sentence.split(": ")[1] for sentence in fan_out(late).fails()] == [
        "p50 of 101 ms, more than 100",
        "p99 of 501 ms, more than 500",
    ]
    assert list(fan_out(late, has_goal=False).fails()) == []
    dear = replace(_ROUND, p50_ms=25.0, round_ms=18.0, cpu_seconds={"server": 0.4})
    assert [sentence.split(": ")[1] for sentence in fan_out(dear).misses()] == [
        "p50 1.25 times the peer's",
        "from first to last 1.50 times the peer's",
        "processor time 1.20 times the peer's",
    ]


def test_an_idle_screen_that_costs_too_much_is_told():
    dear, cheap = Opening(61.0, 900.0), Opening(59.0, 900.0)
    assert list(Openings(1_000, {OURS: [dear, dear, cheap]}).fails()) == [
        "61 KB for each idle screen, more than 60"
    ]
    assert not list(Openings(1_000, {OURS: [dear, cheap, cheap]}).fails())


def test_figures_come_back_as_they_were_kept():
    openings = Openings(1_000, {PEER: [Opening(12.0, 2_000.0)], OURS: [Opening(25.0, 1_500.0)]})
    found = [fan_out(_ROUND)]
    assert read(json.loads(json.dumps(kept(openings, found)))) == (openings, found)
    assert read(kept(None, [])) == (None, [])


def test_the_page_has_a_row_for_every_crowd_and_says_what_was_missed():
    late = fan_out(replace(_ROUND, p50_ms=140.0))
    lines = "\n".join(realtime_table.page_of(None, [late]))
    assert "| 1000 screens, 5 sales a second | 20.0, 50.0; **140.0, 50.0** | **7.00" in lines
    assert "Missed: 1000 screens, 5 sales a second: p50 of 140 ms, more than 100; " in lines
    assert late.ratio(p50_ms).middle == 7.0
    assert late.cpu_ratio.middle == 1.0


def test_every_sale_of_a_round_sells_another_product():
    seconds = options.read(["realtime"]).seconds
    assert all(crowd.per_second * seconds < SHOP for crowd in CROWDS)
