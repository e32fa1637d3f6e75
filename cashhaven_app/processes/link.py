"""The line between the parent and one server process: a pair of sockets.

First the parent hands the job over; from then on a word is one byte, in both directions. A line
that ends tells that whoever held the other end is gone, however that came.
"""

import asyncio
import contextlib
import pickle
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Self, final

from cashhaven_app.settings import Settings

_LENGTH = struct.Struct("!I")
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one server process is to do; `port` is the one that was found, if any would do."""

    settings: Settings
    port: int
    setup_code: str | None = field(default=None, repr=False)
    keeps_house: bool = False


class Word(Enum):
    """What the two say to each other: the child that it serves, the parent how to end."""

    READY = b"r"
    STOP = b"s"
    STOP_NOW = b"n"


@final
class Link:
    """One end of the line; it belongs to one process."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    @classmethod
    def pair(cls) -> tuple[Self, Self]:
        """Return both ends of a new line."""
        here, there = socket.socketpair()
        return cls(here), cls(there)

    @classmethod
    def inherited(cls, number: int) -> Self:
        """Return the end that this process was given under this number."""
        return cls(socket.socket(fileno=number))

    def fileno(self) -> int:
        """Return the number under which a process that is started may inherit this end."""
        return self._end.fileno()

    def close(self) -> None:
        """Hang up; whoever is at the other end learns of it."""
        self._end.close()

    def hand_over(self, job: Job) -> None:
        """Say what is to be done, before any word; secrets never stand on a command line."""
        content = pickle.dumps(job)
        self._end.sendall(_LENGTH.pack(len(content)) + content)

    def take_over(self) -> Job:
        """Return what is to be done.

        Raises:
            EOFError: the parent is gone.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        job: Job = pickle.loads(self._exactly(length))  # noqa: S301  # from the process that started this one
        return job

    def say(self, word: Word) -> None:
        """Say a word; to somebody who is gone it is said in vain."""
        with contextlib.suppress(OSError):
            self._end.send(word.value)

    async def words(self) -> AsyncIterator[Word]:
        """Yield what the other end says, until it is gone."""
        loop = asyncio.get_running_loop()
        self._end.setblocking(False)
        while True:
            try:
                said = await loop.sock_recv(self._end, _AT_ONCE)
            except OSError:
                return
            if not said:
                return
            for letter in said:
                yield Word(bytes([letter]))

    def _exactly(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            piece = self._end.recv(count - len(content))
            if not piece:
                raise EOFError
            content += piece
        return bytes(content)
