"""The queue before use cases that take lists: groups form, nobody waits for ever or twice."""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field

import pytest

from cashhaven_app.grouping import MOST_LINES, MOST_MEMBERS, GroupedUseCase
from cashhaven_app.observation import ObservedUseCase, Observer, write_nothing
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.errors import (
    Conflict,
    OperationInUse,
    OutcomeUnknown,
    StorageBusy,
    StorageConflict,
    StorageLost,
)

ANA = Actor(user_id=UserId(7), name="Ana")


class Bug(Exception):
    """Something unforeseen."""


@dataclass
class Recorder:
    """Answers each request with its double, when it is let; or fails as it was told."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    lists: list[list[int]] = field(default_factory=list)
    failures: dict[int, Exception] = field(default_factory=dict)
    """Raised whenever the member is part of the list."""
    at_work: int = 0
    most_at_work: int = 0

    async def __call__(self, members):
        requests = [request for _, request in members]
        self.lists.append(list(requests))
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await self.gate.wait()
        finally:
            self.at_work -= 1
        for request in requests:
            if request in self.failures:
                raise self.failures[request]
        return [request * 2 for request in requests]


async def at_once(_seconds):
    await asyncio.sleep(0)


def queue_before(recorder, **parts):
    observer = Observer(sleep=at_once, log=write_nothing)
    return GroupedUseCase(ObservedUseCase(observer, recorder), **parts)


async def turns(count=10):
    for _ in range(count):
        await asyncio.sleep(0)


async def ask(queue, request):
    (answer,) = await queue([(ANA, request)])
    return answer


async def asked(queue, requests):
    tasks = [asyncio.create_task(ask(queue, request)) for request in requests]
    await turns()
    return tasks


async def test_a_lone_request_waits_for_nobody():
    recorder = Recorder()
    recorder.gate.set()
    assert await queue_before(recorder)([(ANA, 4)]) == [8]
    assert recorder.lists == [[4]]


async def test_what_arrives_while_groups_are_at_work_is_the_next_group():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1)
    first = await asked(queue, [1])
    rest = await asked(queue, [2, 3, 4])
    assert recorder.lists == [[1]]
    recorder.gate.set()
    assert await asyncio.gather(*first, *rest) == [2, 4, 6, 8]
    assert recorder.lists == [[1], [2, 3, 4]]


async def test_only_so_many_groups_are_at_work_at_once():
    recorder = Recorder()
    queue = queue_before(recorder, groups=2)
    tasks = []
    for number in range(6):
        tasks += await asked(queue, [number])
    recorder.gate.set()
    await asyncio.gather(*tasks)
    assert recorder.most_at_work == 2
    assert recorder.lists == [[0], [1], [2, 3, 4, 5]]


async def test_a_group_has_only_so_many_members():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1)
    tasks = await asked(queue, [0]) + await asked(queue, range(1, MOST_MEMBERS + 3))
    recorder.gate.set()
    await asyncio.gather(*tasks)
    assert [len(members) for members in recorder.lists] == [1, MOST_MEMBERS, 2]


async def test_a_group_has_only_so_many_lines_unless_one_member_has_more():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1, weigh=lambda request: request[1])
    half = MOST_LINES // 2
    tasks = await asked(queue, [0]) + await asked(queue, [half, half, 1, MOST_LINES + 1, 2])
    recorder.gate.set()
    await asyncio.gather(*tasks)
    assert recorder.lists == [[0], [half, half], [1], [MOST_LINES + 1], [2]]


async def test_a_list_of_several_is_a_group_already():
    recorder = Recorder()
    recorder.gate.set()
    queue = queue_before(recorder)
    assert await queue([(ANA, 1), (ANA, 2)]) == [2, 4]
    assert await queue([]) == []
    assert recorder.lists == [[1, 2], []]


@pytest.mark.parametrize("failure", [Bug(), OperationInUse(), StorageConflict(), Conflict("não")])
async def test_what_fails_as_a_group_is_settled_one_by_one(failure):
    recorder = Recorder(failures={3: failure})
    queue = queue_before(recorder, groups=1)
    tasks = await asked(queue, [1]) + await asked(queue, [2, 3, 4])
    recorder.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers == [2, 4, failure, 8]
    assert recorder.lists[-1] == [4]


@pytest.mark.parametrize("failure", [StorageBusy(), StorageLost(), OutcomeUnknown()])
async def test_a_storage_that_is_away_is_told_to_all_at_once(failure):
    recorder = Recorder(failures={3: failure})
    queue = queue_before(recorder, groups=1)
    tasks = await asked(queue, [1]) + await asked(queue, [2, 3, 4])
    recorder.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers == [2, failure, failure, failure]
    assert recorder.lists == [[1], [2, 3, 4]]


async def test_who_leaves_before_a_group_began_takes_the_request_along():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1)
    first = await asked(queue, [1])
    second, third = await asked(queue, [2, 3])
    second.cancel()
    await turns()
    recorder.gate.set()
    assert await asyncio.gather(*first, third) == [2, 6]
    assert recorder.lists == [[1], [3]]


async def test_who_leaves_later_does_not_stop_the_group():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1)
    first = await asked(queue, [1])
    second, third = await asked(queue, [2, 3])
    recorder.gate.set()
    while len(recorder.lists) < 2:
        recorder.gate.clear()
        await asyncio.sleep(0)
        recorder.gate.set()
        await asyncio.sleep(0)
    second.cancel()
    assert await third == 6
    assert await first[0] == 2
    assert second.cancelled() or second.cancelling()


async def test_a_caller_of_a_group_that_hangs_learns_that_the_outcome_is_unknown():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1, patience=0.05)
    (task,) = await asked(queue, [1])
    with pytest.raises(OutcomeUnknown):
        await task
    recorder.gate.set()
    assert await ask(queue, 2) == 4


async def test_a_caller_whom_no_group_takes_is_refused_and_nothing_is_done():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1, patience=0.05)
    stuck, waiting = await asked(queue, [1]) + await asked(queue, [2])
    with pytest.raises(StorageBusy):
        await waiting
    with pytest.raises(OutcomeUnknown):
        await stuck
    recorder.gate.set()
    assert await ask(queue, 3) == 6
    assert recorder.lists == [[1], [3]]


async def test_a_worker_that_is_cancelled_leaves_nobody_waiting():
    recorder = Recorder()
    queue = queue_before(recorder, groups=1)
    tasks = await asked(queue, [1])
    (worker,) = queue._workers
    worker.cancel()
    with pytest.raises(OutcomeUnknown):
        await tasks[0]


async def test_a_group_belongs_to_none_of_its_callers():
    mark = ContextVar("mark", default="none")
    seen = []

    async def work(requests):
        seen.append(mark.get())
        return requests

    mark.set("caller")
    await queue_before(work)([(ANA, 1)])
    assert seen == ["none"]
