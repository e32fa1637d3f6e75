"""HTTP as it comes in over a connection: what is refused before there is a request at all.

The server takes as long and as large a head as anybody cares to send; here both have an end.
Refusals bear the same envelope as everywhere.
"""

import asyncio
import uuid
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from cashhaven_adapters.litestar.application import WebApplication
from cashhaven_adapters.litestar.asgi import ARRIVED
from cashhaven_adapters.litestar.failures import UNSERVED, Failure
from cashhaven_adapters.litestar.wire import encode
from cashhaven_app.leaving import Leaving
from cashhaven_app.settings import Settings
from cashhaven_app.websocket_protocol import LARGEST_MESSAGE, BoundedSocket
from cashhaven_app.whole_responses import WholeResponses

STOP_SECONDS = 20
"""How long requests at work may go on after the server has stopped taking new ones."""
KEEP_ALIVE_SECONDS = 65
"""Longer than the minute for which reverse proxies keep an idle connection."""
LONGEST_LINE = 8_000
"""Bytes of a line, and how many headers, that the parser of WebSocket openings takes."""
MOST_HEADERS = 100
ADDRESS_ROOM = 16_384
"""Room for the request line, beyond what the headers may take: it has a limit of its own."""


class ServerConfig(uvicorn.Config):
    """How the server runs, with the limits of a request's head."""

    def __init__(self, application: WebApplication, settings: Settings) -> None:
        super().__init__(
            application,
            host=settings.host,
            port=settings.port,
            http=BoundedProtocol,
            ws=BoundedSocket,
            ws_max_size=LARGEST_MESSAGE,
            ws_ping_interval=settings.ping_seconds,
            ws_ping_timeout=settings.pong_seconds,
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self.head_seconds = settings.header_seconds
        self.head_bytes = settings.header_limit + ADDRESS_ROOM
        self.sockets = settings.sockets
        self.leaving = Leaving(settings.closing_seconds)


class BoundedProtocol(HttpToolsProtocol):
    """One connection; a head that is late or too large ends it."""

    config: ServerConfig
    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """How much of a head has arrived; `None` while there is none to come."""
    _tail: int | None = None
    """How much has arrived since a chunk was announced and nothing of it came: trailers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._head = 0
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what arrived, unless the head has grown too large."""
        super().data_received(data)
        if (self._head is None and self._tail is None) or self.transport.is_closing():
            return
        if self._head is not None:
            if self._deadline is None:
                self._wait_for_head()
            self._head += len(data)
        if self._tail is not None:
            self._tail += len(data)
        if max(self._head or 0, self._tail or 0) > self.config.head_bytes:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of the head."""
        super().on_message_begin()
        # Only a head that does not come in one piece has to be waited for.
        self._head_is_here()
        self._head = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header in; what stands after the body is none, whatever it calls itself."""
        if self._head is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request on, unless it opens a WebSocket and has a body: nobody would answer."""
        self._head_is_here()
        super().on_headers_complete()
        if self.parser.should_upgrade() and self._should_upgrade() and _has_body(self.headers):
            self._refuse(400)

    def on_chunk_header(self) -> None:
        """Begin to count: this chunk is the last one if nothing of it comes."""
        self._tail = 0

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body on."""
        self._tail = None
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Tell that the request is here as a whole."""
        self._tail = None
        self.scope[ARRIVED] = True  # type: ignore[literal-required]  # a word between us and the application
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection on, unless the next parser would choke on the head."""
        if self.transport.is_closing():
            return
        if len(self.url) > LONGEST_LINE:
            self._refuse(414)
        elif len(self.headers) > MOST_HEADERS or any(
            len(name) + len(value) > LONGEST_LINE for name, value in self.headers
        ):
            self._refuse(431)
        else:
            super().handle_websocket_upgrade()
            # It refers back to this, which nobody needs any more.
            self.parser = None  # type: ignore[assignment]  # as the server does at the end

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(400)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401  # as the server
        async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  # the server's kinds
            await app(scope, receive, WholeResponses(cycle, send).send)

        super()._start_asgi_task(cycle, serve)

    def _wait_for_head(self) -> None:
        self._deadline = self.loop.call_later(self.config.head_seconds, self._refuse, 408)

    def _head_is_here(self) -> None:
        self._head = None
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        self._head_is_here()
        if self.transport.is_closing():
            return
        if self._tail is not None and self.cycle.response_started:
            self.transport.close()
            return
        code, sentence = UNSERVED[status]
        request_id = uuid.uuid4().hex
        body = encode(Failure(errors=[sentence], code=code, request_id=request_id))
        head = (
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            f"x-request-id: {request_id}\r\n"
            "cache-control: no-store\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.close()


def _has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in headers
    )
