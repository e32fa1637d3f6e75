"""The arithmetic: rounds are compared pair by pair, and what is told is the middle of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Round:
    """What one contender did in one round."""

    requests: int
    seconds: float
    bad: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)
    """What each process took meanwhile, by its name."""

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.requests / self.seconds

    def cpu_ms_each(self, process: str) -> float:
        """How much of a process's time each took, in milliseconds."""
        return 1_000 * self.cpu_seconds.get(process, 0.0) / max(self.requests, 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some values, and the farthest of them."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Return the spread of the values, of which there is one at least."""
        all_values = list(values)
        return cls(median(all_values), min(all_values), max(all_values))


def ratios(rounds: Sequence[Round], base: Sequence[Round]) -> Spread:
    """Return how many times as fast the rounds were as those of the same number beside them."""
    pairs = zip(rounds, base, strict=True)
    return Spread.of(one.rate / other.rate for one, other in pairs)


def rates(rounds: Sequence[Round]) -> Spread:
    """Return how many a second."""
    return Spread.of(one.rate for one in rounds)


def middle_ms(rounds: Sequence[Round], share: int) -> float | None:
    """Return the middle of the rounds' percentiles: `share` is 50 or 99."""
    found = [one.p50_ms if share == 50 else one.p99_ms for one in rounds]
    known = [value for value in found if value is not None]
    return median(known) if known else None


def cpu_ms(rounds: Sequence[Round], process: str) -> float:
    """Return the middle of what each request took of a process."""
    return median(one.cpu_ms_each(process) for one in rounds)


def swing(values: Sequence[float]) -> float:
    """Return how far the values move around their middle, as a share of it."""
    middle = median(values)
    return max(abs(value - middle) for value in values) / middle
