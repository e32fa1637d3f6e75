"""A network that fails: connections go through it until it is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CuttingProxy:
    """Listens on loopback and passes everything on to another port there."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self.cuts = 0
        """How many connections were cut."""
        self._to_port = to_port
        self._open: set[asyncio.StreamWriter] = set()
        self._is_up = True

    def cut(self) -> None:
        """Break all connections, and take no others until `mend`."""
        self._is_up = False
        self.cuts += len(self._open)
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        """Take connections again."""
        self._is_up = True

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_up:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._open.add(writer)
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(_copy(reader, far_writer)),
                    asyncio.create_task(_copy(far_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._open.discard(writer)
            writer.transport.abort()
            far_writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while content := await reader.read(65_536):
            writer.write(content)
            await writer.drain()
    except OSError:
        return


@asynccontextmanager
async def cutting_proxy(to_port: int) -> AsyncIterator[CuttingProxy]:
    """Run a proxy to the port while the block lasts."""
    proxy = CuttingProxy(to_port)
    server = await asyncio.start_server(proxy._pass_on, "127.0.0.1", 0)
    async with server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
        proxy.cut()
