"""The way out to one client, when the client is not there any more."""

import asyncio
from collections.abc import Callable
from typing import Any

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_app.direct_outlet import DirectOutlet


class ClosedTransport(asyncio.Transport):
    """Takes nothing once it is closed, and says so as the server's does."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False
        self.taken: list[Any] = []

    def write(self, data: Any) -> None:
        """See the base."""
        if self.is_closed:
            raise RuntimeError("the handler is closed")
        self.taken.append(data)


class Gone:
    """A connection that was lost."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """See the protocol."""

    def close(self, code: CloseCode, seconds: float) -> None:
        """See the protocol."""


def test_what_is_written_to_a_client_who_has_gone_is_dropped():
    transport = ClosedTransport()
    outlet = DirectOutlet(Gone(transport), SocketSettings())
    outlet.write(b"before")
    transport.is_closed = True
    outlet.lose()

    outlet.write(b"after")

    assert transport.taken == [b"before"]


def test_nor_does_what_waits_for_one_who_has_gone_find_its_way():
    transport = ClosedTransport()
    outlet = DirectOutlet(Gone(transport), SocketSettings())
    outlet.pause()
    outlet.write(b"before")
    transport.is_closed = True
    outlet.lose()

    outlet.write(b"after")
    outlet.close(CloseCode.RESTARTING)

    assert not transport.taken
