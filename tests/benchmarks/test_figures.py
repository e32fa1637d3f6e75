"""The arithmetic of the figures, and what follows from them."""

import pytest

from tests.benchmarks.figures import Round, Spread, cpu_ms, middle_ms, rates, ratios, swing
from tests.benchmarks.goals import (
    LIMIT,
    OURS,
    PEER,
    Comparison,
    below_their_floors,
    with_bad_replies,
)
from tests.benchmarks.scenarios import Engine, Scenario
from tests.benchmarks.table import line

BUSY = Scenario("order", 64, 5_000, goal=4.0, floor=2.0)


def rounds(*requests: int, **more: float) -> list[Round]:
    """Rounds of two seconds with so many requests each."""
    p50, p99 = more.get("p50_ms", 5.0), more.get("p99_ms", 9.0)
    return [Round(count, 2.0, p50_ms=p50, p99_ms=p99) for count in requests]


def compared(
    ours: list[Round],
    peer: list[Round],
    limit: list[Round] | None = None,
    scenario: Scenario = BUSY,
    engine: Engine = "mariadb",
) -> Comparison:
    """A comparison of these rounds."""
    also = {} if limit is None else {LIMIT: limit}
    return Comparison(engine, scenario, {PEER: peer, OURS: ours, **also})


def test_ratios_are_taken_of_rounds_that_ran_beside_one_another():
    # The machine was half as fast in the second round, for both.
    assert ratios(rounds(400, 200, 450), rounds(100, 50, 100)) == Spread(4.0, 4.0, 4.5)


def test_the_middle_is_told_with_the_farthest():
    assert rates(rounds(10, 90, 20)) == Spread(10.0, 5.0, 45.0)


def test_a_missing_round_is_no_ratio():
    with pytest.raises(ValueError, match="longer"):
        ratios(rounds(1, 2), rounds(1, 2, 3))


def test_latencies_are_the_middle_of_those_that_were_measured():
    some = [Round(1, 1.0), Round(1, 1.0, p50_ms=3.0, p99_ms=8.0)]
    assert (middle_ms(some, 50), middle_ms(some, 99)) == (3.0, 8.0)
    assert middle_ms(some[:1], 50) is None


def test_the_cost_of_a_request_is_the_processors_time_shared_by_all_of_them():
    one = Round(500, 2.0, cpu_seconds={OURS: 0.25})
    assert cpu_ms([one], OURS) == 0.5
    assert cpu_ms([one], "another") == 0.0
    assert cpu_ms([Round(0, 2.0, cpu_seconds={OURS: 1.0})], OURS) == 1_000


def test_memory_swings_by_its_farthest_value():
    assert swing([100.0, 104.0, 98.0]) == pytest.approx(0.04)


def test_a_goal_that_is_reached_is_not_missed():
    assert compared(rounds(400, p99_ms=5.0), rounds(100), rounds(800)).misses() == []


def test_every_missed_goal_is_told():
    slow = compared(rounds(399, p99_ms=5.1), rounds(100), rounds(799))
    assert slow.misses() == [
        "3.99 of 4 times the peer",
        "p99 of 5 ms above the peer's p50 of 5 ms",
        "50% of the database's own limit",
    ]


def test_sqlite_has_no_peer_of_its_own_and_so_no_goals():
    slow = compared(rounds(1), rounds(100), engine="sqlite")
    assert slow.misses() == below_their_floors([slow]) == []


def test_only_what_is_below_its_floor_fails():
    at_it, below = (
        compared(rounds(count), rounds(100), engine="slow-disk") for count in (200, 199)
    )
    free = compared(rounds(1), rounds(100), scenario=Scenario("order", 16, 50))
    (sentence,) = below_their_floors([at_it, below, free])
    assert sentence.endswith("on slow-disk: 1.99 times the peer, below 2")


def test_on_a_fast_disk_less_is_left_of_what_groups_gain():
    enough, below = (compared(rounds(count), rounds(100)) for count in (100, 99))
    (sentence,) = below_their_floors([enough, below])
    assert sentence.endswith("on mariadb: 0.99 times the peer, below 1")
    assert enough.misses()


def test_a_bad_reply_fails_and_so_does_none_at_all():
    bad = compared([Round(100, 2.0, bad=1)], rounds(100))
    none = compared(rounds(100), rounds(0))
    good = compared(rounds(100), rounds(100))
    sentences = with_bad_replies([bad, none, good])
    assert [sentence.partition(": ")[2] for sentence in sentences] == [
        "ours gave 1 bad replies",
        "peer gave no reply at all",
    ]


def test_a_line_of_the_table_names_what_is_amiss():
    told = line(compared([Round(100, 2.0, 3, 1.0, 2.0)], rounds(50), rounds(400)))
    assert "2.00 (2.00-2.00)" in told
    assert "missed: 2.00 of 4 times the peer" in told
    assert "BAD REPLIES: 3" in told
    assert "ours reached 25% of it" in told
