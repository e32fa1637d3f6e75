"""What the realtime run finds, and what it should find."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from tests.benchmarks.figures import Spread
from tests.benchmarks.goals import OURS, PEER

P50_WITHIN_MS = 100.0
P99_WITHIN_MS = 500.0
KB_EACH_WITHIN = 60.0
TIMES_THE_PEER = 1.0
"""How much of the peer's time ours should take at most, by the clock and of a processor."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many screens, each of which hears of so many sales a second."""

    screens: int
    per_second: float
    has_goal: bool = False
    """Whether its percentiles have a goal of their own, whatever the peer does."""

    def __str__(self) -> str:
        each = "sale" if self.per_second == 1 else "sales"
        return f"{self.screens} screens, {self.per_second:g} {each} a second"


@dataclass(frozen=True, slots=True)
class FanOutRound:
    """What one side's screens heard in one round."""

    sales: int
    frames: int
    p50_ms: float
    """From the moment at which a sale was due to be sent to a frame at its screen."""
    p99_ms: float
    most_ms: float
    reply_ms: float
    """The middle of the times until the sale itself was answered."""
    round_ms: float
    """The middle of the times from the first screen's frame to the last one's."""
    cpu_seconds: Mapping[str, float]
    """What the server, the database and the load took meanwhile."""


Value = Callable[[FanOutRound], float]


@dataclass(frozen=True, slots=True)
class FanOut:
    """The rounds of both sides, in the order in which they ran beside one another."""

    crowd: Crowd
    rounds: Mapping[str, Sequence[FanOutRound]]
    bare_cpu_seconds: Mapping[str, float]
    """What each server took for as many sales, as fast, while no screen was there."""

    def cpu_us_each(self, side: str) -> float:
        """Return how much of a processor's time each frame took, beyond the sale itself."""
        bare = self.bare_cpu_seconds[side]
        return self.middle(side, lambda one: 1e6 * (one.cpu_seconds["server"] - bare) / one.frames)

    @property
    def cpu_ratio(self) -> Spread:
        """How many times the peer's that was, pair by pair."""
        bare = self.bare_cpu_seconds
        pairs = zip(self.rounds[OURS], self.rounds[PEER], strict=True)
        return Spread.of(
            (ours.cpu_seconds["server"] - bare[OURS]) / (peer.cpu_seconds["server"] - bare[PEER])
            for ours, peer in pairs
        )

    def middle(self, side: str, value: Value) -> float:
        """Return the middle of the rounds of a side."""
        return median(value(one) for one in self.rounds[side])

    def ratio(self, value: Value) -> Spread:
        """Return how many times the peer's value ours was."""
        pairs = zip(self.rounds[OURS], self.rounds[PEER], strict=True)
        return Spread.of(value(ours) / value(peer) for ours, peer in pairs)

    def misses(self) -> Iterator[str]:
        """Give a sentence for each value of the peer's that ours is above."""
        for name, ratio in (
            ("p50", self.ratio(p50_ms)),
            ("from first to last", self.ratio(round_ms)),
            ("processor time", self.cpu_ratio),
        ):
            if ratio.middle > TIMES_THE_PEER:
                yield f"{self.crowd}: {name} {ratio.middle:.2f} times the peer's"

    def fails(self) -> Iterator[str]:
        """Give a sentence for each bound of our own that was passed."""
        if not self.crowd.has_goal:
            return
        for name, value, most in (
            ("p50", p50_ms, P50_WITHIN_MS),
            ("p99", p99_ms, P99_WITHIN_MS),
        ):
            found = self.middle(OURS, value)
            if found > most:
                yield f"{self.crowd}: {name} of {found:.0f} ms, more than {most:.0f}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new server did when many screens came at once, and stayed."""

    kb_each: float
    """How much more memory the server held for each of them, idle."""
    per_second: float
    """How many were let in a second, signed in and welcomed."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The rounds of both sides, each with a server started for it."""

    screens: int
    rounds: Mapping[str, Sequence[Opening]]

    def kb_each(self, side: str) -> Spread:
        """Return what an idle screen costs."""
        return Spread.of(one.kb_each for one in self.rounds[side])

    def per_second(self, side: str) -> Spread:
        """Return how many were let in a second."""
        return Spread.of(one.per_second for one in self.rounds[side])

    def fails(self) -> Iterator[str]:
        """Give a sentence for each bound of our own that was passed."""
        found = self.kb_each(OURS).middle
        if found > KB_EACH_WITHIN:
            yield f"{found:.0f} KB for each idle screen, more than {KB_EACH_WITHIN:.0f}"


def p50_ms(one: FanOutRound) -> float:
    """Return the middle of the delays."""
    return one.p50_ms


def p99_ms(one: FanOutRound) -> float:
    """Return what 99 of 100 delays were within."""
    return one.p99_ms


def round_ms(one: FanOutRound) -> float:
    """Return how long it took from the first screen to the last."""
    return one.round_ms


def reply_ms(one: FanOutRound) -> float:
    """Return how long a sale's own answer took."""
    return one.reply_ms


def kept(openings: Openings | None, fan_outs: Sequence[FanOut]) -> dict[str, Any]:
    """Return the figures as they are kept."""
    return {
        "openings": None if openings is None else asdict(openings),
        "fan-out": [asdict(one) for one in fan_outs],
    }


def read(series: Mapping[str, Any]) -> tuple[Openings | None, list[FanOut]]:
    """Read what was kept."""
    openings = series["openings"]
    return (
        None
        if openings is None
        else Openings(
            openings["screens"],
            {name: [Opening(**one) for one in some] for name, some in openings["rounds"].items()},
        ),
        [
            FanOut(
                Crowd(**one["crowd"]),
                {name: [FanOutRound(**r) for r in some] for name, some in one["rounds"].items()},
                one["bare_cpu_seconds"],
            )
            for one in series["fan-out"]
        ],
    )
