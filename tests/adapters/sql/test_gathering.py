"""Many who ask at the same time share a question, and nobody waits for ever."""

import asyncio

import pytest

from cashhaven_adapters.sql.gathering import MOST_AT_ONCE, TEXTS_AT_WORK, Gathered
from cashhaven_domain.shared.errors import StorageLost


class Doubling:
    """Finds the double of even numbers, once it is let."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.gate = asyncio.Event()
        self.asked: list[list[int]] = []
        self.failure = failure

    async def __call__(self, keys):
        self.asked.append(list(keys))
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return {key: key * 2 for key in keys if key % 2 == 0}


async def asking(gathered, keys):
    tasks = [asyncio.create_task(gathered.get(key)) for key in keys]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_each_gets_its_own_answer_or_nothing():
    find = Doubling()
    find.gate.set()
    tasks = await asking(Gathered(find), [2, 3, 4, 2])
    assert await asyncio.gather(*tasks) == [4, None, 8, 4]


async def test_what_comes_while_questions_are_at_work_is_asked_together():
    find = Doubling()
    gathered = Gathered(find)
    tasks = []
    for key in range(TEXTS_AT_WORK):
        tasks += await asking(gathered, [key])
    tasks += await asking(gathered, range(10, 10 + MOST_AT_ONCE + 1))
    find.gate.set()
    await asyncio.gather(*tasks)
    assert [len(keys) for keys in find.asked] == [1] * TEXTS_AT_WORK + [MOST_AT_ONCE, 1]


async def test_an_answer_is_never_older_than_its_question():
    find = Doubling()
    gathered = Gathered(find)
    tasks = await asking(gathered, [2])
    tasks += await asking(gathered, [2])
    find.gate.set()
    await asyncio.gather(*tasks)
    assert find.asked == [[2], [2]]


async def test_a_failure_is_told_to_all_and_the_next_question_is_asked_anew():
    find = Doubling(StorageLost())
    gathered = Gathered(find)
    tasks = await asking(gathered, [2, 4])
    find.gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageLost, StorageLost]
    find.failure = None
    assert await gathered.get(6) == 12


async def test_who_leaves_harms_nobody():
    find = Doubling()
    gathered = Gathered(find)
    leaving, staying = await asking(gathered, [2, 4])
    leaving.cancel()
    find.gate.set()
    assert await staying == 8


async def test_who_left_before_the_question_is_not_asked_for():
    find = Doubling()
    gathered = Gathered(find)
    tasks = []
    for key in range(TEXTS_AT_WORK):
        tasks += await asking(gathered, [key])
    (leaving,) = await asking(gathered, [8])
    leaving.cancel()
    find.gate.set()
    await asyncio.gather(*tasks)
    assert find.asked == [[0], [1]]


async def test_nobody_waits_for_a_question_that_is_cut_off():
    gathered = Gathered(Doubling())
    (task,) = await asking(gathered, [2])
    (worker,) = gathered._workers
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
