"""Waiting for the answer to a text: who asked is woken once, in however many pieces it comes."""

import asyncio

from cashhaven_adapters.sql.answers import Answers


class Listener(asyncio.Protocol):
    """Takes the place of a connection's usual protocol until an answer is complete.

    A server sends the answer to each statement of a text by itself; a stream would wake its reader
    each time.
    """

    def __init__(self, usual: asyncio.BaseProtocol, loop: asyncio.AbstractEventLoop) -> None:
        self._usual = usual
        self._answers = Answers()
        self.complete: asyncio.Future[Answers] = loop.create_future()
        """Fails with an OSError or an EOFError when the connection is gone."""

    def data_received(self, data: bytes) -> None:
        """Take the next piece."""
        if self.complete.done():
            return
        try:
            self._answers.feed(data)
        except OSError as error:
            self.complete.set_exception(error)
        else:
            if self._answers.complete:
                self.complete.set_result(self._answers)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits, and the usual protocol."""
        self._fail(exc)
        self._usual.connection_lost(exc)

    def eof_received(self) -> None:
        """Give up: the other end says nothing more, and the transport closes."""
        self._fail(None)

    def pause_writing(self) -> None:
        """Pass it on."""
        self._usual.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._usual.resume_writing()

    def _fail(self, cause: Exception | None) -> None:
        if not self.complete.done():
            lost = cause if isinstance(cause, OSError) else None
            self.complete.set_exception(lost or EOFError("the server closed the connection"))
