"""What the figures should be, and whether they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.figures import Round, Spread, middle_ms, ratios
from tests.benchmarks.scenarios import Engine, Scenario

SHARE_OF_THE_LIMIT = 0.5
"""How much of what the database itself can do 64 clients' orders should reach."""
FLAT_WITHIN = 0.15
"""How much dearer an order may be in a shop with a hundred times as many in its books."""
MEMORY_WITHIN = 0.05
"""How far the memory of a warm process may move around its middle."""
FAST_DISK_FLOOR = 1.0
"""How many times as fast as the peer many clients' orders and sales must be on a fast disk."""
OURS, PEER = "ours", "peer"
LIMIT = "limit"
"""The database's own, at groups of 32 on two connections: as many orders as 64 clients have."""
LARGE_LIMIT = "limit-128"
"""The same at groups of 128, which takes more clients than a shop has tills."""


def most_memory_mb(products: int) -> int:
    """Return how much one server process may hold."""
    return 150 if products <= 5_000 else 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rounds of every contender in one scenario, in the order in which they ran."""

    engine: Engine
    scenario: Scenario
    rounds: dict[str, list[Round]]

    @property
    def ratio(self) -> Spread:
        """How many times as fast ours was as the peer."""
        return ratios(self.rounds[OURS], self.rounds[PEER])

    @property
    def bad(self) -> int:
        """How many replies were no success."""
        return sum(one.bad for rounds in self.rounds.values() for one in rounds)

    @property
    def share_of_limit(self) -> Spread | None:
        """Which share ours reached of what the database itself can do, where that was measured."""
        limit = self.rounds.get(LIMIT)
        return None if limit is None else ratios(self.rounds[OURS], limit)

    @property
    def has_goal(self) -> bool:
        """Whether something is expected of it. SQLite has no peer on its own engine."""
        return self.scenario.goal is not None and self.engine != "sqlite"

    @property
    def floor(self) -> float | None:
        """Below this a change has broken something.

        Writing in groups saves waiting for the disk: where that hardly takes any time, less of the
        advantage is left.
        """
        if not self.has_goal or self.scenario.floor is None:
            return None
        on_fast_disk = self.engine != "slow-disk" and self.scenario.clients == 64
        return FAST_DISK_FLOOR if on_fast_disk and self.scenario.writes else self.scenario.floor

    def misses(self) -> list[str]:
        """Return each goal that was missed, as a sentence."""
        if not self.has_goal:
            return []
        missed = []
        assert self.scenario.goal is not None
        if self.ratio.middle < self.scenario.goal:
            missed.append(f"{self.ratio.middle:.2f} of {self.scenario.goal:g} times the peer")
        p99, p50 = middle_ms(self.rounds[OURS], 99), middle_ms(self.rounds[PEER], 50)
        busy = self.scenario.work == "order" and self.scenario.clients == 64
        if busy and p99 is not None and p50 is not None and p99 > p50:
            missed.append(f"p99 of {p99:.0f} ms above the peer's p50 of {p50:.0f} ms")
        share = self.share_of_limit
        if share is not None and share.middle < SHARE_OF_THE_LIMIT:
            missed.append(f"{share.middle:.0%} of the database's own limit")
        return missed


def below_their_floors(comparisons: Sequence[Comparison]) -> list[str]:
    """Return a sentence for each scenario that is slower than a change may make it."""
    return [
        f"{one.scenario} on {one.engine}: {one.ratio.middle:.2f} times the peer,"
        f" below {one.floor:g}"
        for one in comparisons
        if one.floor is not None and one.ratio.middle < one.floor
    ]


def with_bad_replies(comparisons: Sequence[Comparison]) -> list[str]:
    """Return a sentence for each scenario in which a reply was no success, or none came."""
    return [
        f"{one.scenario} on {one.engine}: {name} gave {bad} bad replies"
        if (bad := sum(round_.bad for round_ in rounds))
        else f"{one.scenario} on {one.engine}: {name} gave no reply at all"
        for one in comparisons
        for name, rounds in one.rounds.items()
        if any(round_.bad or not round_.requests for round_ in rounds)
    ]
