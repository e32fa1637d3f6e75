"""Stages, one after the other: alternating rounds, then the books and the memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.benchmarks.databases import Servers
from tests.benchmarks.figures import Round
from tests.benchmarks.goals import Comparison
from tests.benchmarks.scenarios import Engine, Scenario, Stage
from tests.benchmarks.world import new_world


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often everybody works."""

    rounds: int = 3
    seconds: int = 2
    warm_up_seconds: int = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """What our server held at the end of a stage."""

    engine: Engine
    products: int
    megabytes: float


def measured(
    stages: Sequence[Stage], servers: Servers, pace: Pace, logs: Path
) -> Iterator[Comparison | Memory]:
    """Give each scenario's rounds when they are done, and each stage's memory after its books."""
    for stage in stages:
        with new_world(stage, servers, logs) as world:
            for scenario in stage.scenarios:
                world.agree(scenario)
                yield Comparison(stage.engine, scenario, rounds_of(world, scenario, pace))
            world.check_books()
            yield Memory(stage.engine, stage.products, world.memory_mb())


class Contest(Protocol):
    """Contenders of whom one works at a time."""

    def contenders(self, scenario: Scenario) -> list[str]:
        """Return who takes part."""
        ...

    def run(self, name: str, scenario: Scenario, seconds: int) -> Round:
        """Let one of them work for some seconds."""
        ...


def rounds_of(contest: Contest, scenario: Scenario, pace: Pace) -> dict[str, list[Round]]:
    """Let everybody work in turn, every other time in the opposite order."""
    names = contest.contenders(scenario)
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    for name in names:
        _ = contest.run(name, scenario, pace.warm_up_seconds)
    for number in range(pace.rounds):
        for name in names if number % 2 == 0 else reversed(names):
            rounds[name].append(contest.run(name, scenario, pace.seconds))
    return rounds
