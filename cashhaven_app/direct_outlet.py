"""The way out to one client, straight into its transport."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.outlet import LITTLE, PATIENCE_SECONDS, Outlet

POLITE_SECONDS = 3.0
"""How long a client that reads may take to say goodbye."""


class Socket(Protocol):
    """The connection, as its outlet needs it."""

    transport: asyncio.Transport

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """Take frames of the usual size, and leave the stopping to whoever is called."""
        ...

    def close(self, code: CloseCode, seconds: float) -> None:
        """Send a close frame; the client may take so many seconds to answer."""
        ...


class DirectOutlet(Outlet):
    """Frames on their way into one transport; what it does not take waits here."""

    __slots__ = ("_bytes", "_most", "_most_bytes", "_paused", "_protocol", "_waiter", "_waiting")

    def __init__(self, protocol: Socket, settings: SocketSettings) -> None:
        self.closed_with: CloseCode | None = None
        self._protocol: Socket | None = protocol
        self._most = settings.most_waiting
        self._most_bytes = settings.most_waiting_bytes
        self._paused = False
        self._waiting: deque[bytes] | None = None
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """See the protocol."""
        if self._protocol is not None:
            self._protocol.admit(when_stopping)

    def write(self, frame: bytes) -> None:
        """See the protocol; nothing happens either once the client has gone."""
        if self._protocol is None or self.closed_with is not None:
            return
        if not self._paused:
            self._protocol.transport.write(frame)
            return
        if self._waiting is None:
            self._waiting = deque()
        self._bytes += len(frame)
        if len(self._waiting) >= self._most or self._bytes > self._most_bytes:
            self.close(CloseCode.TOO_SLOW)
        else:
            self._waiting.append(frame)

    async def drained(self) -> None:
        """See the protocol."""
        while self._waiting and len(self._waiting) > LITTLE and self.closed_with is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def close(self, code: CloseCode) -> None:
        """See the protocol."""
        if self.closed_with is not None:
            return
        self.closed_with = code
        waiting, self._waiting = self._waiting, None
        if self._protocol is not None:
            if waiting and code is not CloseCode.TOO_SLOW:
                self._protocol.transport.write(b"".join(waiting))
            self._protocol.close(code, PATIENCE_SECONDS if self._paused else POLITE_SECONDS)
        self._wake()

    def pause(self) -> None:
        """Let frames wait: the client does not read."""
        self._paused = True

    def resume(self) -> None:
        """Send what waits, as far as it is taken."""
        self._paused = False
        while self._protocol is not None and self._waiting and not self._paused:
            frame = self._waiting.popleft()
            self._bytes -= len(frame)
            self._protocol.transport.write(frame)
        if not self._waiting:
            self._waiting = None
            self._bytes = 0
        if self._waiting is None or len(self._waiting) <= LITTLE:
            self._wake()

    def lose(self) -> None:
        """Let nobody wait any more: the client has gone.

        Its reader may learn that later; a transport that is closed raises at what is written.
        And what refers to one another in a circle would stay in memory for long.
        """
        self._protocol = None
        self._waiting = None
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
