"""A server at the other end of a client that is tested: it says what the test tells it to say."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

EPOCH = "e" * 32
WITHIN_S = 15.0


class Peer:
    """One connection of the client."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        request = connection.request
        assert request is not None
        self.path = request.path
        self.headers = request.headers
        offered = request.headers.get("Sec-WebSocket-Protocol", "")
        self.token = offered.partition("bearer.")[2] or self.headers.get("Authorization", "")[7:]

    async def say(self, *frames: dict[str, Any]) -> None:
        """Send frames."""
        for frame in frames:
            await self._connection.send(json.dumps(frame))

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next frame, which must be of this type."""
        async with asyncio.timeout(WITHIN_S):
            frame: dict[str, Any] = json.loads(await self._connection.recv())
        assert frame.pop("type") == kind
        return frame

    async def hears_nothing(self, within_s: float = 0.2) -> None:
        """Hold that the client is silent for a moment."""
        try:
            async with asyncio.timeout(within_s):
                said = await self._connection.recv()
        except TimeoutError:
            return
        raise AssertionError(f"the client said {said!r}")

    async def welcome(self, offset: int = 10, epoch: str = EPOCH, heartbeat_s: float = 25) -> None:
        """Let the client in."""
        await self.say(
            {
                "type": "welcome",
                "session": "s",
                "epoch": epoch,
                "offset": offset,
                "heartbeat_s": heartbeat_s,
                "topics": ["stock", "sales"],
            }
        )

    async def close(self, code: int) -> None:
        """Close with a code of the contract."""
        await self._connection.close(code, "adeus")

    def cut(self) -> None:
        """Let the network fail."""
        self._connection.transport.abort()


class ScriptedSocket:
    """Where clients connect; the test takes their connections one after the other."""

    def __init__(self) -> None:
        self.port = 0
        self._peers: asyncio.Queue[Peer] = asyncio.Queue()

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"ws://127.0.0.1:{self.port}/ws"

    async def peer(self) -> Peer:
        """Return the next connection of the client."""
        async with asyncio.timeout(WITHIN_S):
            return await self._peers.get()

    async def stays_alone(self, within_s: float = 0.7) -> None:
        """Hold that the client does not come for a while."""
        await asyncio.sleep(within_s)
        assert self._peers.empty(), "the client came back"

    async def _converse(self, connection: ServerConnection) -> None:
        self._peers.put_nowait(Peer(connection))
        try:
            await connection.wait_closed()
        except ConnectionClosed:
            return


@asynccontextmanager
async def scripted_socket() -> AsyncIterator[ScriptedSocket]:
    """Listen on a free port while the block lasts."""
    script = ScriptedSocket()
    async with serve(
        script._converse,
        "127.0.0.1",
        0,
        subprotocols=["cashhaven.v1"],  # type: ignore[list-item]  # a new type of a text
        select_subprotocol=lambda _, offered: "cashhaven.v1" if offered else None,  # type: ignore[arg-type, return-value]
    ) as server:
        (listener,) = server.sockets
        script.port = listener.getsockname()[1]
        yield script


def an_event(offset: int, prev: int, **data: Any) -> dict[str, Any]:
    """Return an event of the topic `stock`."""
    return {
        "type": "event",
        "topic": "stock",
        "event": "stock.balance_changed",
        "offset": offset,
        "prev": prev,
        "at": "2024-01-15T10:00:00Z",
        "data": {"itens": [], **data},
    }
