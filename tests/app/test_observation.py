"""What surrounds every use case: the log line, the retries and their limits."""

import contextlib
from dataclasses import dataclass

import pytest
import structlog

from cashhaven_app.observation import ObservedUseCase, Observer
from cashhaven_app.retry_budget import RetryBudget
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.errors import (
    Conflict,
    OutcomeUnknown,
    StorageBusy,
    StorageConflict,
    StorageLost,
    Unavailable,
)
from cashhaven_domain.shared.operations import OperationKey, Settled

ANA = Actor(user_id=UserId(7), name="Ana")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A command."""

    operation_key: OperationKey | None = None


KEYED = Ask(operation_key=OperationKey("k"))


class Stubborn:
    """Fails with the given errors, one per call, and then answers."""

    def __init__(self, *failures: Exception, answer: object = "receipt") -> None:
        self.failures = list(failures)
        self.answer = answer
        self.calls = 0

    async def __call__(self, *arguments: object) -> object:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.answer


class Time:
    """Time that passes only by sleeping; every pause is as long as it may be."""

    def __init__(self, slow: float = 0.0) -> None:
        self.moment = 0.0
        self.pauses: list[float] = []
        self.slow = slow

    def now(self) -> float:
        self.moment += self.slow
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.moment += seconds

    def observer(self, budget: RetryBudget | None = None) -> Observer:
        return Observer(
            budget=budget or RetryBudget(),
            monotonic=self.now,
            sleep=self.sleep,
            jitter=lambda low, high: high,
        )


async def test_a_conflict_is_tried_again_with_growing_pauses():
    time = Time()
    observer = time.observer()
    work = Stubborn(StorageConflict(), StorageConflict(), StorageConflict())

    assert await ObservedUseCase(observer, work)(ANA, Ask()) == "receipt"

    assert time.pauses == [0.02, 0.04, 0.08]
    assert observer.retries == {"DATABASE_CONFLICT": 3}


async def test_the_fourth_failure_goes_out():
    observer = Time().observer()
    work = Stubborn(*[StorageConflict() for _ in range(9)])

    with pytest.raises(StorageConflict):
        await ObservedUseCase(observer, work)(ANA, Ask())

    assert work.calls == 4
    assert observer.given_up == {"DATABASE_CONFLICT": 1}


@pytest.mark.parametrize("failure", [StorageLost, OutcomeUnknown])
async def test_a_lost_connection_is_only_survived_with_a_key(failure):
    keyed, plain = Stubborn(failure()), Stubborn(failure())

    assert await ObservedUseCase(Time().observer(), keyed)(ANA, KEYED) == "receipt"
    with pytest.raises(failure):
        await ObservedUseCase(Time().observer(), plain)(ANA, Ask())

    assert (keyed.calls, plain.calls) == (2, 1)


@pytest.mark.parametrize(("commands", "calls"), [([KEYED, KEYED], 2), ([KEYED, Ask()], 1), ([], 1)])
async def test_a_list_is_repeated_when_every_member_has_a_key(commands, calls):
    work = Stubborn(OutcomeUnknown(), answer=[])
    asked = [(ANA, command) for command in commands]

    with contextlib.suppress(OutcomeUnknown):
        await ObservedUseCase(Time().observer(), work)(asked)

    assert work.calls == calls


@pytest.mark.parametrize("failure", [Conflict("não"), StorageBusy(), Unavailable(), KeyError("x")])
async def test_nothing_else_is_ever_repeated(failure):
    work = Stubborn(failure)

    with pytest.raises(type(failure)):
        await ObservedUseCase(Time().observer(), work)(ANA, KEYED)

    assert work.calls == 1


async def test_no_attempt_begins_later_than_five_seconds():
    work = Stubborn(*[StorageConflict() for _ in range(3)])

    with pytest.raises(StorageConflict):
        await ObservedUseCase(Time(slow=2.6).observer(), work)(ANA, Ask())

    assert work.calls == 2


async def test_retries_are_a_tenth_of_all_calls_at_most():
    observer = Time().observer(RetryBudget(saved_calls=0))
    calls = 0

    for _ in range(100):
        work = Stubborn(StorageConflict())
        with contextlib.suppress(StorageConflict):
            await ObservedUseCase(observer, work)(ANA, Ask())
        calls += work.calls

    assert calls == 110


async def test_each_call_is_one_line():
    observer = Time().observer()
    with structlog.testing.capture_logs() as lines:
        await ObservedUseCase(observer, Stubborn())(ANA, Ask())
        with pytest.raises(Conflict):
            await ObservedUseCase(observer, Stubborn(Conflict("cheio")))(ANA, Ask())
        with pytest.raises(StorageBusy):
            await ObservedUseCase(observer, Stubborn(StorageBusy()))(ANA, Ask())
        with pytest.raises(ZeroDivisionError):
            await ObservedUseCase(observer, Stubborn(ZeroDivisionError()))(Ask())

    assert [(line["log_level"], line["user_id"], line["outcome"]) for line in lines] == [
        ("info", 7, "DONE"),
        ("info", 7, "CONFLICT"),
        ("warning", 7, "DATABASE_BUSY"),
        ("error", None, "BUG"),
    ]
    assert {line["name"] for line in lines} == {"Stubborn"}
    assert observer.outcomes["Stubborn", "DONE"] == 1


async def test_the_line_of_a_list_counts_what_became_of_its_members():
    observer = Observer()
    mixed = [Settled("a"), Conflict("não"), Settled("b")]
    with structlog.testing.capture_logs() as lines:
        await ObservedUseCase(observer, Stubborn(answer=mixed))([(ANA, Ask())] * 3)
        await ObservedUseCase(observer, Stubborn(answer=[Conflict("não")]))([(ANA, Ask())])
        await ObservedUseCase(observer, Stubborn(answer=[Settled("a")]))([(ANA, Ask())])

    assert [line["outcome"] for line in lines] == ["DONE 2, CONFLICT 1", "CONFLICT", "DONE"]
    assert lines[0]["user_id"] == [7, 7, 7]
    assert observer.outcomes == {("Stubborn", "DONE"): 3, ("Stubborn", "CONFLICT"): 2}


async def test_an_answer_that_is_a_list_is_one_answer_to_one_question():
    observer = Observer()
    _ = await ObservedUseCase(observer, Stubborn(answer=["a", "b", "c"]))(ANA, Ask())

    assert observer.outcomes == {("Stubborn", "DONE"): 1}
