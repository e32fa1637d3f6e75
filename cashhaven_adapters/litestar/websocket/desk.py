"""Where the requests of one connection are at work, several at once."""

import asyncio

from cashhaven_adapters.litestar.random_texts import random_text
from cashhaven_adapters.litestar.request_context import begin_request, end_request
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.errors import TooManyRequests
from cashhaven_adapters.litestar.websocket.frames import Request
from cashhaven_adapters.litestar.websocket.line import Line
from cashhaven_adapters.litestar.websocket.requests import Requests, refused
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import Unavailable


class Desk:
    """Takes requests and sends the answers, in the order in which they are ready.

    What was begun is finished, even when the client leaves: it may not know, but the shop must.
    """

    __slots__ = ("_is_closing", "_line", "_most", "_requests", "_working")

    def __init__(self, requests: Requests, line: Line, most: int) -> None:
        self._requests = requests
        self._line = line
        self._most = most
        self._working: set[asyncio.Task[None]] = set()
        self._is_closing = False

    def begin(self, actor: Actor, request: Request) -> None:
        """Do what is asked for, unless too much is at work already."""
        if self._is_closing:
            self._line.tell(refused(request.id, Unavailable()))
        elif len(self._working) >= self._most:
            self._line.tell(refused(request.id, TooManyRequests(self._most)))
        else:
            task = asyncio.create_task(self._work(actor, request))
            self._working.add(task)
            task.add_done_callback(self._worked)

    def close(self) -> None:
        """Take no more, and close the connection once everything is answered."""
        self._is_closing = True
        if not self._working:
            self._line.outlet.close(CloseCode.RESTARTING)

    async def _work(self, actor: Actor, request: Request) -> None:
        before = begin_request(random_text())
        try:
            self._line.tell(await self._requests.answer(actor, request))
        finally:
            end_request(before)

    def _worked(self, task: "asyncio.Task[None]") -> None:
        self._working.discard(task)
        if self._is_closing and not self._working:
            self._line.outlet.close(CloseCode.RESTARTING)
