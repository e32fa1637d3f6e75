"""A WebSocket client that obeys no rules: it sends bytes, and reads them or does not."""

import asyncio
import base64
import os
import socket
from collections.abc import Mapping
from typing import Self

WITHIN_S = 10.0
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA


def frame(
    opcode: int, payload: bytes = b"", *, final: bool = True, compressed: bool = False
) -> bytes:
    """Return a frame as clients send it, under a mask that changes nothing."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = bytes([0x80 | 126]) + size.to_bytes(2)
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8)
    return bytes([0x80 * final | 0x40 * compressed | opcode]) + length + bytes(4) + payload


class RawSocket:
    """A connection; what it does not read stays where it is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, *, room: int | None = None, **headers: str) -> Self:
        """Open a connection and shake hands; `room` is how much may wait to be read."""
        plain = socket.socket()
        if room is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        plain.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
            # Little is read ahead: what nobody asks for must fill the way to the server.
            limit = 2**20 if room is None else 1
            reader, writer = await asyncio.open_connection(sock=plain, limit=limit)
        except BaseException:
            plain.close()
            raise
        raw = cls(reader, writer)
        try:
            raw.head = await raw._shake_hands(port, headers)
        except BaseException:
            raw.abort()
            raise
        return raw

    async def _shake_hands(self, port: int, headers: Mapping[str, str]) -> bytes:
        said = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self.send(f"GET /ws HTTP/1.1\r\n{lines}\r\n".encode())
        return await self._head()

    head = b""
    """What the server answered to the opening."""

    async def _head(self) -> bytes:
        head = b""
        async with asyncio.timeout(WITHIN_S):
            while not head.endswith(b"\r\n\r\n"):
                head += await self._reader.readexactly(1)
        return head

    def send(self, *pieces: bytes) -> None:
        """Send these bytes, all at once."""
        self._writer.write(b"".join(pieces))

    async def next(self) -> tuple[int, bytes]:
        """Return the next frame: its opcode and what is in it."""
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
        return first & 0x0F, await self._reader.readexactly(size)

    async def closed(self, within_s: float = WITHIN_S) -> int:
        """Return the code that the server closes with; 1006 when it just hangs up."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    opcode, payload = await self.next()
                    if opcode == CLOSE:
                        return int.from_bytes(payload[:2])
        except (asyncio.IncompleteReadError, ConnectionError):
            return 1006

    async def hung_up(self, within_s: float = WITHIN_S) -> None:
        """Return when the server has hung up, whatever it said before."""
        async with asyncio.timeout(within_s):
            try:
                while await self._reader.read(65_536):
                    pass
            except ConnectionError:
                return

    @property
    def is_over(self) -> bool:
        """Whether it is known that the server has hung up."""
        return self._writer.transport.is_closing() or self._reader.at_eof()

    def abort(self) -> None:
        """Leave without a word."""
        self._writer.transport.abort()
