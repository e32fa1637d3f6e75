"""Limits around the whole application: sizes, times, and how many requests at once.

The framework's own middleware does not see every request, so this stands in front of it.
"""

import asyncio
import time

from litestar.exceptions import HTTPException

from cashhaven_adapters.litestar.asgi import ARRIVED, App, Message, Receive, Scope, sent
from cashhaven_adapters.litestar.deadline import Deadline
from cashhaven_adapters.litestar.exchange import Exchange
from cashhaven_adapters.litestar.failures import send_failure
from cashhaven_adapters.litestar.settings import WebSettings


class Limits:
    """Refuses what is too large, too slow or too much."""

    def __init__(self, app: App, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        self._in_flight = 0

    async def serve(self, exchange: Exchange, receive: Receive) -> None:
        """Serve one request."""
        scope = exchange.scope
        refused = refusal_of(scope, self._settings)
        if refused is not None:
            await send_failure(exchange.send, refused, connection="close")
            return
        is_counted = not scope["path"].startswith("/health/")
        if is_counted and self._in_flight >= self._settings.most_in_flight:
            await send_failure(
                exchange.send,
                503,
                code="OVERLOADED",
                sentence="Muitas requisições ao mesmo tempo",
                retry_after="1",
            )
            return
        self._in_flight += is_counted
        try:
            await self._serve_in_time(exchange, receive)
        finally:
            self._in_flight -= is_counted

    async def _serve_in_time(self, exchange: Exchange, receive: Receive) -> None:
        scope = exchange.scope
        body = _Body(scope, receive, self._settings)
        deadline = Deadline(self._time_for(scope["path"]))
        exchange.deadline = deadline.timer
        try:
            await self._app(scope, body.receive, exchange.send)
        except asyncio.CancelledError:
            if not deadline.is_the_cause() or exchange.status:
                raise
            await send_failure(
                exchange.send,
                503,
                code="DEADLINE",
                sentence="A operação demorou demais e foi interrompida; confira antes de repetir",
                retry_after="1",
            )
        finally:
            deadline.lift()

    def _time_for(self, path: str) -> float:
        for beginning, seconds in self._settings.longer_handling.items():
            if path.startswith(beginning):
                return seconds
        return self._settings.handling_time


def refusal_of(scope: Scope, settings: WebSettings) -> int | None:
    """Return the status that refuses a request for its head, if it is to be refused."""
    path = scope.get("raw_path") or scope["path"].encode()
    address = len(path) + len(scope["query_string"])
    if address > settings.longest_address:
        return 414
    headers = scope["headers"]
    size = sum([len(name) + len(value) + 4 for name, value in headers])
    if size > settings.largest_headers or len(headers) > settings.most_headers:
        return 431
    for length in sent(scope, b"content-length"):
        if not (length.isascii() and length.isdigit()):
            return 400
        if len(length) > 18 or int(length) > settings.largest_body:
            return 413
    return None


class _Body:
    """The body of one request, as it arrives."""

    __slots__ = ("_complete", "_receive", "_scope", "_settings", "_size", "_started")

    def __init__(self, scope: Scope, receive: Receive, settings: WebSettings) -> None:
        self._scope = scope
        self._receive = receive
        self._settings = settings
        self._size = 0
        self._complete = False
        self._started = time.monotonic()

    async def receive(self) -> Message:
        """Return the next piece; past the end, whatever the server has to say.

        Raises:
            HTTPException: 408 when it comes too slowly, 413 when it is too large, 400 when the
                client hangs up before its end.
        """
        if self._complete:
            return await self._receive()
        if ARRIVED in self._scope:
            message = await self._receive()
        else:
            message = await self._receive_in_time()
        if message["type"] == "http.disconnect":
            raise HTTPException(status_code=400)
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._size > self._settings.largest_body:
                raise HTTPException(status_code=413, headers={"Connection": "close"})
        return message

    async def _receive_in_time(self) -> Message:
        left = self._settings.body_time - (time.monotonic() - self._started)
        try:
            async with asyncio.timeout(min(self._settings.body_pause, left)):
                return await self._receive()
        except TimeoutError:
            raise HTTPException(status_code=408, headers={"Connection": "close"}) from None
