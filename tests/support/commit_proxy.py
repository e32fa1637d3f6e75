"""A TCP proxy before MySQL or MariaDB that looks for COMMIT and, now and then, breaks it.

The protocol's packets are a length of three bytes (little endian), a sequence number and a body; a
query's body begins with 0x03 (MySQL client/server protocol, COM_QUERY). COMMIT may stand anywhere
in the text of a query, since one text may hold several statements.
"""

import asyncio
import random
from collections import Counter
from enum import StrEnum
from typing import Self

LATE_S = 0.3
_QUERY = 0x03


class Fault(StrEnum):
    """What may happen to a COMMIT."""

    DROPPED = "dropped"
    """It never reaches the database."""
    UNANSWERED = "unanswered"
    """It reaches the database, and its answer nobody."""
    LATE = "late"
    """The connection is gone at once, and the COMMIT arrives 300 ms later."""


class CommitProxy:
    """Passes everything on, but breaks a share of the COMMITs."""

    def __init__(self, host: str, port: int, *, share: float, seed: int) -> None:
        self._target = (host, port)
        self._chance = random.Random(seed)
        self._share = share
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.faults: Counter[Fault] = Counter()
        self.commits = 0
        self.breaking = False

    @property
    def port(self) -> int:
        """Where it listens on the loopback address."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        answers = asyncio.create_task(_copy(far_reader, writer))
        try:
            await self._requests(reader, writer, far_writer, answers)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            answers.cancel()
            writer.transport.abort()
            far_writer.close()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_writer: asyncio.StreamWriter,
        answers: asyncio.Task[None],
    ) -> None:
        while True:
            head = await reader.readexactly(4)
            body = await reader.readexactly(int.from_bytes(head[:3], "little"))
            fault = self._fault(body)
            if fault is None:
                far_writer.write(head + body)
                await far_writer.drain()
                continue
            self.faults[fault] += 1
            answers.cancel()
            writer.transport.abort()
            if fault is Fault.LATE:
                await asyncio.sleep(LATE_S)
            if fault is not Fault.DROPPED:
                far_writer.write(head + body)
                await far_writer.drain()
                await asyncio.sleep(LATE_S)
            return

    def _fault(self, body: bytes) -> Fault | None:
        if not body or body[0] != _QUERY or b"COMMIT" not in body.upper():
            return None
        self.commits += 1
        if not self.breaking or self._chance.random() >= self._share:
            return None
        return self._chance.choice(list(Fault))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.transport.abort()
