"""How long a task may go on."""

import asyncio


class Deadline:
    """Cancels the task at work when its time is up: `asyncio.timeout`, without its ceremony.

    `lift` must be called in the end, whatever happens.
    """

    __slots__ = ("_cancelled_before", "_is_passed", "_task", "timer")

    def __init__(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._task = task
        self._cancelled_before = task.cancelling()
        self._is_passed = False
        self.timer = loop.call_later(seconds, self._pass)
        """What cancels; whoever cancels it gives the task all the time it wants."""

    def is_the_cause(self) -> bool:
        """Whether the task was cancelled by this and by nobody else; then it may go on."""
        return self._take_back() and self._task.cancelling() <= self._cancelled_before

    def lift(self) -> None:
        """Leave the task alone from now on."""
        self.timer.cancel()
        _ = self._take_back()

    def _pass(self) -> None:
        self._is_passed = True
        _ = self._task.cancel()

    def _take_back(self) -> bool:
        """Count this cancellation as settled, once; return whether there was any."""
        passed, self._is_passed = self._is_passed, False
        if passed:
            _ = self._task.uncancel()
        return passed
