"""The way out to one client: what waits there has a bound, and nobody waits for it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from cashhaven_adapters.litestar.asgi import Send
from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode

EXTENSION = "cashhaven.outlet"
"""Where a server offers an outlet of its own, in the scope's extensions."""
PATIENCE_SECONDS = 0.8
"""How long a connection that is closed may take to tell its client so."""
LITTLE = 32
"""So many frames may wait when somebody who has many more to send goes on."""

_FINAL_TEXT = 0x81


def framed(text: bytes) -> bytes:
    """Return the text as a whole frame of the protocol, as a server writes it (RFC 6455, 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((_FINAL_TEXT, size)) + text
    if size < 65_536:
        return bytes((_FINAL_TEXT, 126)) + size.to_bytes(2) + text
    return bytes((_FINAL_TEXT, 127)) + size.to_bytes(8) + text


def unframed(frame: bytes) -> bytes:
    """Return the text in a frame that `framed` made."""
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


class Outlet(Protocol):
    """Takes frames that are ready to be sent, in their order."""

    closed_with: CloseCode | None
    """The code that this side closed the connection with."""

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """Take frames of the usual size from now on: it is known who sends them.

        When the server stops, `when_stopping` is called at this connection's turn to be closed.
        """
        ...

    def write(self, frame: bytes) -> None:
        """Send the frame when the client reads; nothing happens once the connection is closed.

        Where too much waits already, the connection is closed with `TOO_SLOW`: nothing is left
        out in silence.
        """
        ...

    async def drained(self) -> None:
        """Return when only little waits, or when the connection is closed."""
        ...

    def close(self, code: CloseCode) -> None:
        """Close, after what waits or at the latest in a second; a second time changes nothing."""
        ...


class PlainOutlet(Outlet):
    """Sends through whatever server there is, by the messages of the ASGI specification."""

    def __init__(self, send: Send, settings: SocketSettings) -> None:
        self.closed_with: CloseCode | None = None
        self.was_stuck = False
        """Whether the reader was cancelled, as the client could not even be told to go."""
        self._reader = asyncio.current_task()
        self._send = send
        self._most = settings.most_waiting
        self._most_bytes = settings.most_waiting_bytes
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._is_sending = False
        self._something = asyncio.Event()
        self._little = asyncio.Event()
        self._little.set()
        self._writer = asyncio.create_task(self._write_all())

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """See the protocol; a server that knows nothing of this closes connections itself."""

    def write(self, frame: bytes) -> None:
        """See the protocol."""
        if self.closed_with is not None:
            return
        self._bytes += len(frame)
        too_much = len(self._frames) >= self._most or self._bytes > self._most_bytes
        # As long as the writer had no turn it is not the client that is slow.
        if too_much and self._is_sending:
            self.close(CloseCode.TOO_SLOW)
            return
        self._frames.append(frame)
        self._something.set()
        if len(self._frames) > LITTLE:
            self._little.clear()

    async def drained(self) -> None:
        """See the protocol."""
        await self._little.wait()

    def close(self, code: CloseCode) -> None:
        """See the protocol."""
        if self.closed_with is not None:
            return
        self.closed_with = code
        if code is CloseCode.TOO_SLOW:
            self._frames.clear()
        self._little.set()
        self._something.set()
        _ = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._give_up)

    async def end(self) -> None:
        """Send nothing more; the client has gone, or is told by the server that it shall."""
        self._reader = None
        _ = self._writer.cancel()
        _ = await asyncio.wait([self._writer])

    def _give_up(self) -> None:
        _ = self._writer.cancel()
        if self._reader is not None:
            self.was_stuck = self._reader.cancel()

    async def _write_all(self) -> None:
        try:
            while True:
                while self._frames:
                    frame = self._frames.popleft()
                    self._bytes -= len(frame)
                    self._is_sending = True
                    await self._send({"type": "websocket.send", "text": unframed(frame).decode()})
                    self._is_sending = False
                    if len(self._frames) <= LITTLE:
                        self._little.set()
                if self.closed_with is not None:
                    await self._send_close(self.closed_with)
                    return
                self._something.clear()
                await self._something.wait()
        except OSError:
            # The client has gone; the server tells the reader so.
            return
        finally:
            self._little.set()

    async def _send_close(self, code: CloseCode) -> None:
        await self._send({"type": "websocket.close", "code": code, "reason": code.sentence})
