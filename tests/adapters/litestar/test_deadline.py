"""A deadline ends a task, and leaves nothing behind in it."""

import asyncio
import contextlib
import time

import pytest

from cashhaven_adapters.litestar.deadline import Deadline


def cancellations() -> int:
    task = asyncio.current_task()
    assert task is not None
    return task.cancelling()


async def test_a_task_whose_time_is_up_is_cancelled_and_may_go_on():
    deadline = Deadline(0.01)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.sleep(5)
    assert deadline.is_the_cause()
    assert not deadline.is_the_cause()
    deadline.lift()
    assert cancellations() == 0
    await asyncio.sleep(0)


async def test_a_task_that_finished_all_the_same_is_not_cancelled_any_more():
    deadline = Deadline(0.01)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(5)
    deadline.lift()
    assert cancellations() == 0


async def test_a_task_in_time_is_left_alone():
    deadline = Deadline(0.01)
    deadline.lift()
    await asyncio.sleep(0.03)
    assert not deadline.is_the_cause()
    assert cancellations() == 0


async def test_who_is_cancelled_by_others_too_stays_cancelled():
    causes = []

    async def work() -> None:
        deadline = Deadline(0.01)
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            causes.append(deadline.is_the_cause())
            raise
        finally:
            deadline.lift()

    by_others = asyncio.create_task(work())
    await asyncio.sleep(0)
    by_others.cancel()
    by_both = asyncio.create_task(work())
    await asyncio.sleep(0)
    time.sleep(0.02)  # noqa: ASYNC251  # nothing may happen until the deadline has passed
    for _ in range(2):
        await asyncio.sleep(0)
    by_both.cancel()
    for task in (by_others, by_both):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert causes == [False, False]


async def test_a_limit_inside_and_the_deadline_around_it_do_not_disturb_one_another():
    deadline = Deadline(0.01)
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await asyncio.sleep(5)
    assert deadline.is_the_cause()

    deadline = Deadline(5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    assert not deadline.is_the_cause()
    deadline.lift()
    assert cancellations() == 0
