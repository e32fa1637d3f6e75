"""What is written within one turn of the event loop goes out together.

The server writes a response's head and its body one after the other, and a write to a socket costs
more than most of a request's work.
"""

import asyncio
from typing import Any

MUCH = 32_768
"""So many bytes are not worth copying to spare a write."""


class JoinedWrites:
    """A transport that joins writes; it is the other transport in everything else."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write these bytes at the end of this turn, or with the next `flush`; much, at once."""
        if len(data) >= MUCH:
            self.flush()
            self._transport.write(data)
            return
        if not self._pieces:
            _ = self._loop.call_soon(self.flush)
        self._pieces.append(data)

    def flush(self) -> None:
        """Write what has come together."""
        if self._pieces:
            joined = b"".join(self._pieces)
            self._pieces.clear()
            self._transport.write(joined)

    def close(self) -> None:
        """Write the rest, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # as many kinds as there are names
        """Return what the other transport has by this name."""
        return getattr(self._transport, name)
