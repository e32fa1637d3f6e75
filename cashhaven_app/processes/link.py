"""The line between the parent and one server process: a pair of sockets.

First the parent hands the job over; from then on a word is one byte, in both directions. A line
that ends tells that whoever held the other end is gone, however that came.
"""

import array
import asyncio
import contextlib
import pickle
import socket
import struct
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Self, final

from cashhaven_app.settings import Settings

if sys.platform == "linux":  # where alone several processes serve
    import fcntl
    import termios

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
    """What the two say to each other: the child that it serves, the parent how to end.

    Both say that there are new events; the parent passes it on to the other children.
    """

    READY = b"r"
    STOP = b"s"
    STOP_NOW = b"n"
    EVENTS = b"e"


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

    def hint(self, word: Word) -> None:
        """Say a word that may be left out: when the other end has yet to read an earlier one.

        So nobody ever waits for it, and the words that count never find the line full.
        """
        with contextlib.suppress(OSError):
            if self._is_heard():
                self._end.send(word.value)

    async def words(self) -> AsyncIterator[Word]:
        """Yield what the other end says, until it is gone; what it says again at once, once."""
        loop = asyncio.get_running_loop()
        self._end.setblocking(False)
        while True:
            try:
                said = await loop.sock_recv(self._end, _AT_ONCE)
            except OSError:
                return
            if not said:
                return
            for letter in dict.fromkeys(said):
                yield Word(bytes([letter]))

    def _is_heard(self) -> bool:
        """Whether the other end has read everything that was said."""
        unread = array.array("i", [0])
        if sys.platform == "linux":
            _ = fcntl.ioctl(self._end, termios.TIOCOUTQ, unread)
        return not unread[0]

    def _exactly(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            piece = self._end.recv(count - len(content))
            if not piece:
                raise EOFError
            content += piece
        return bytes(content)
