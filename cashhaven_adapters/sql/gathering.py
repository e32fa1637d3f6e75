"""Questions that come while others are at work are asked together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from typing import Generic, TypeVar

MOST_AT_ONCE = 128
TEXTS_AT_WORK = 2

K = TypeVar("K")
V = TypeVar("V")


class Gathered(Generic[K, V]):
    """Answers single questions of one kind; many who ask at the same time share a text.

    A question that comes alone waits for nothing. Nobody gets an answer that was read before the
    question was asked.
    """

    def __init__(self, find: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._find = find
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._workers: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return what belongs to the key, if there is anything.

        Raises:
            Unavailable: the database is away.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V | None] = loop.create_future()
        self._waiting.append((key, answer))
        if len(self._workers) < TEXTS_AT_WORK:
            # In a context of its own: a text belongs to none of those who share it.
            worker = loop.create_task(self._work(), context=Context())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await answer

    async def _work(self) -> None:
        while self._waiting:
            together = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            asked = [(key, answer) for key, answer in together if not answer.done()]
            if asked:
                await self._answer(asked)

    async def _answer(self, asked: Sequence[tuple[K, "asyncio.Future[V | None]"]]) -> None:
        try:
            found = await self._find([key for key, _ in asked])
        except Exception as error:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
        except BaseException:
            # The loop is being closed: nobody shall wait for ever.
            for _, answer in asked:
                _ = answer.cancel()
            raise
        else:
            for key, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(key))
