"""The wrapper around every use case: one log line, its duration, and the only retries there are."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from cashhaven_adapters.litestar.request_context import NO_REQUEST, current_request_id
from cashhaven_adapters.structlog_logging.frequent import write_often
from cashhaven_app.retry_budget import RetryBudget
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import (
    DomainError,
    OutcomeUnknown,
    StorageConflict,
    StorageLost,
    Unavailable,
)

ATTEMPTS = 4
LAST_BEGIN_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.010
LONGEST_PAUSE_SECONDS = 0.200
T = TypeVar("T")

DONE = "DONE"
BUG = "BUG"

UNTOLD = frozenset({"Authenticate"})
"""What every request does besides its own work: its good ends are no line of their own."""

_log = structlog.get_logger("cashhaven.use_cases")


def write_line(level: int, event: str, **values: object) -> None:
    """Write a line into the log as it is set up by then; what goes well does so often."""
    if level == _INFO:
        request_id = current_request_id()
        write_often(event, None if request_id == NO_REQUEST else request_id, **values)
    else:
        _log.log(level, event, **values)


def write_nothing(*_: object, **__: object) -> None:
    """Leave the terminal alone, where calls are many and nobody asked for them one by one."""


@dataclass(slots=True)
class Observer:
    """What all observed use cases of a process share; its counters are what metrics show."""

    budget: RetryBudget = field(default_factory=RetryBudget)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[float, float], float] = random.uniform
    log: Callable[..., None] = write_line
    """Takes a level, the event, and what is to be told of it."""
    alarm: Callable[[str, Exception], None] | None = None
    """Takes what came out of a use case and is no refusal: somebody may have to know."""
    retries: Counter[str] = field(default_factory=Counter)
    """Repetitions begun, by the code of the error that caused them."""
    given_up: Counter[str] = field(default_factory=Counter)
    """Transient errors that went out all the same, by code."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Calls by use case and outcome code."""

    async def run(
        self, name: str, work: Callable[..., Awaitable[T]], arguments: tuple[object, ...]
    ) -> T:
        """Do the work of one call, again if that is right, and write down how it went."""
        began = self.monotonic()
        outcomes: Mapping[str, int] = {BUG: 1}
        try:
            result = await self._repeated(work, arguments, began)
            outcomes = _outcomes_of(result, arguments)
            return result
        except DomainError as refusal:
            outcomes = {refusal.code: 1}
            if isinstance(refusal, Unavailable):
                self._sound(name, refusal)
            raise
        except asyncio.CancelledError:
            outcomes = {"CANCELLED": 1}
            raise
        except Exception as error:
            self._sound(name, error)
            raise
        finally:
            for code, count in outcomes.items():
                self.outcomes[name, code] += count
            if outcomes is not _ALL_IS_WELL or name not in UNTOLD:
                outcome = _label_of(outcomes)
                self.log(
                    _LEVELS.get(outcome, _INFO),
                    "use_case",
                    name=name,
                    user_id=_actor_of(arguments),
                    outcome=outcome,
                    duration_ms=round((self.monotonic() - began) * 1000, 1),
                )

    def _sound(self, name: str, error: Exception) -> None:
        if self.alarm is not None:
            self.alarm(name, error)

    async def _repeated(
        self, work: Callable[..., Awaitable[T]], arguments: tuple[object, ...], began: float
    ) -> T:
        self.budget.earn()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await work(*arguments)
            except Unavailable as error:
                if not _may_repeat(error, arguments):
                    raise
                pause = self.jitter(
                    0.0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
                )
                late = self.monotonic() + pause - began > LAST_BEGIN_SECONDS
                if attempt == ATTEMPTS or late or not self.budget.spend():
                    self.given_up[error.code] += 1
                    raise
                self.retries[error.code] += 1
            await self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


class ObservedUseCase:
    """A use case as the world sees it: called in the same way, observed on the way."""

    __slots__ = ("_observer", "name", "use_case")

    def __init__(self, observer: Observer, use_case: Callable[..., Awaitable[object]]) -> None:
        self._observer = observer
        self.use_case = use_case
        self.name = type(use_case).__name__

    def __call__(self, *arguments: object) -> Awaitable[object]:
        """Do what the use case does."""
        return self._observer.run(self.name, self.use_case, arguments)


_INFO, _WARNING, _ERROR = 20, 30, 40
_AWAY: tuple[type[Unavailable], ...] = (Unavailable, *Unavailable.__subclasses__())
_LEVELS = {
    BUG: _ERROR,
    "CANCELLED": _WARNING,
    **{kind.code: _WARNING for kind in _AWAY},
}


def _may_repeat(error: Unavailable, arguments: tuple[object, ...]) -> bool:
    if isinstance(error, StorageConflict):
        return True
    return isinstance(error, StorageLost | OutcomeUnknown) and _is_keyed(arguments)


def _commands(arguments: tuple[object, ...]) -> Sequence[object]:
    """Return what the call asks for: its last argument, or each member's of a list."""
    if not arguments:
        return ()
    last = arguments[-1]
    if isinstance(last, _LISTS):
        return [member[-1] for member in last]
    return (last,)


def _is_keyed(arguments: tuple[object, ...]) -> bool:
    commands = _commands(arguments)
    return bool(commands) and all(
        getattr(command, "operation_key", None) is not None for command in commands
    )


def _actor_of(arguments: tuple[object, ...]) -> int | list[int] | None:
    first = arguments[0] if arguments else None
    if isinstance(first, Actor):
        return first.user_id
    if isinstance(first, _LISTS):
        return [member[0].user_id for member in first]
    return None


_LISTS = (list, tuple)
_ALL_IS_WELL: Mapping[str, int] = {DONE: 1}


def _outcomes_of(result: object, arguments: tuple[object, ...]) -> Mapping[str, int]:
    """Return what came of the call; where it asks for a list of things, of each of them."""
    if type(result) is list and arguments and isinstance(arguments[-1], _LISTS):
        refusals = [item.code for item in result if isinstance(item, DomainError)]
        if refusals:
            done = len(result) - len(refusals)
            return Counter({DONE: done} if done else {}) + Counter(refusals)
        return {DONE: len(result)}
    return {result.code: 1} if isinstance(result, DomainError) else _ALL_IS_WELL


def _label_of(outcomes: Mapping[str, int]) -> str:
    """Return the outcomes as one word of a log line, or as words with their numbers."""
    if len(outcomes) == 1:
        return next(iter(outcomes))
    in_order = sorted(outcomes.items(), key=lambda item: (item[0] != DONE, item[0]))
    return ", ".join(f"{code} {count}" for code, count in in_order) or DONE
