"""Requests that arrive while others are at work are settled together, in one transaction.

A lone request waits for nothing: there is no timer. Whatever arrives while groups are at work forms
the next one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from cashhaven_app.observation import ObservedUseCase
from cashhaven_domain.shared.errors import (
    OutcomeUnknown,
    StorageBusy,
    StorageConflict,
    Unavailable,
)

MOST_MEMBERS = 128
MOST_LINES = 1_000
"""How much a group may hold in all; a member alone may be larger."""
GROUPS_AT_WORK = 2
"""One is decided while the database writes the other."""
_TURNS = 3
"""A group begins after so many turns of the event loop: what has come over the wire by then is
read, understood and with it, so that groups are larger; a lone request loses microseconds."""
PATIENCE_SECONDS = 8.0
"""How long a caller waits at most; shorter than what a request may take as a whole."""

Request = TypeVar("Request")
Answer = TypeVar("Answer")


def one_line(_: object) -> int:
    """Return the weight of a request that has no parts."""
    return 1


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Request, Answer]):
    """A caller who waits for the answer to one request."""

    request: Request
    answer: "asyncio.Future[Answer]"
    taken: bool = False
    """Whether a group has begun with it: from then on it may be done, whatever happens."""

    def settle(self, answer: Answer) -> None:
        """Answer, unless the caller has left."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Raise the error where the caller waits, unless the caller has left."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def give_up(self) -> None:
        """Wait no longer."""
        self.fail(OutcomeUnknown() if self.taken else StorageBusy())


@dataclass(slots=True)
class GroupedUseCase(Generic[Request, Answer]):
    """A use case that takes lists, as callers with one request each see it.

    A caller who leaves takes a request along that no group has begun with; a group goes on. What
    fails as a group is settled one by one, each with the key it had, so nothing is done twice.
    """

    observed: ObservedUseCase
    weigh: Callable[[Request], int] = one_line
    patience: float = PATIENCE_SECONDS
    groups: int = GROUPS_AT_WORK
    _queue: deque[_Waiting[Request, Answer]] = field(default_factory=deque, init=False)
    _workers: set["asyncio.Task[None]"] = field(default_factory=set, init=False)

    @property
    def name(self) -> str:
        """The use case's name."""
        return self.observed.name

    @property
    def use_case(self) -> Callable[..., Awaitable[object]]:
        """The use case itself."""
        return self.observed.use_case

    async def __call__(self, requests: Sequence[Request]) -> Sequence[Answer]:
        """Return the answers; a list of several requests is a group of its own already.

        Raises:
            StorageBusy: the request waited too long and was not begun.
            OutcomeUnknown: the request was begun, and it is not known what became of it.
            DomainError: whatever the use case refuses the whole group with.
        """
        if len(requests) != 1:
            return await self._run(requests)
        loop = asyncio.get_running_loop()
        waiting: _Waiting[Request, Answer] = _Waiting(requests[0], loop.create_future())
        self._queue.append(waiting)
        if len(self._workers) < self.groups:
            # In a context of its own: a group belongs to none of its callers.
            worker = loop.create_task(self._work(), context=Context())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        end = loop.call_later(self.patience, waiting.give_up)
        try:
            return [await waiting.answer]
        finally:
            end.cancel()
            if not waiting.taken:
                self._queue.remove(waiting)

    async def _work(self) -> None:
        """Settle group after group until nobody waits."""
        while self._queue:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if self._queue:
                await self._settle(self._next())

    def _next(self) -> list[_Waiting[Request, Answer]]:
        group = [self._queue.popleft()]
        weight = self.weigh(group[0].request)
        while self._queue and len(group) < MOST_MEMBERS:
            weight += self.weigh(self._queue[0].request)
            if weight > MOST_LINES:
                break
            group.append(self._queue.popleft())
        for waiting in group:
            waiting.taken = True
        return group

    async def _settle(self, group: Sequence[_Waiting[Request, Answer]]) -> None:
        try:
            answers = await self._run([waiting.request for waiting in group])
        except Exception as error:
            if len(group) == 1 or _concerns_all(error):
                for waiting in group:
                    waiting.fail(error)
                return
            for waiting in group:
                await self._settle([waiting])
        except BaseException:
            # The loop is being closed. Nobody shall wait for ever.
            for waiting in group:
                waiting.give_up()
            raise
        else:
            for waiting, answer in zip(group, answers, strict=True):
                waiting.settle(answer)

    async def _run(self, requests: Sequence[Request]) -> Sequence[Answer]:
        return cast(Sequence[Answer], await self.observed(requests))


def _concerns_all(error: Exception) -> bool:
    """Whether the members would fare no better one by one: the storage itself is away."""
    return isinstance(error, Unavailable) and not isinstance(error, StorageConflict)
