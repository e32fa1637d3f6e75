"""WebSocket connections as the server keeps them: bounded in every direction.

Of the server's own protocol this keeps the handshake and the parser. Frames of the application are
ready bytes and go straight to the transport, which is what makes it cheap to tell the same thing
to thousands; what a client sends is measured before it is taken apart.
"""

from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.outlet import EXTENSION, PATIENCE_SECONDS
from cashhaven_app.direct_outlet import DirectOutlet

LARGEST_MESSAGE = 1_048_576
"""Bytes of what a client announces; beyond, the parser itself refuses (1009)."""
MOST_FRAGMENTS = 256
"""Pieces of one message."""
PIECE = 1_024
"""Bytes that are taken apart at once; then it is looked whether it is too much."""
MOST_UNTAKEN = 64
"""Messages that the application has not taken yet."""
MOST_CONTROLS = 200
"""Pings and pongs between two pings of ours."""
LAST_BYTES = 4_096
"""What is still taken apart after a close frame, for the client's own; the rest is thrown away."""
NO_UTF_8 = 1007
HEAD_ROOM = 14
"""The longest head of a frame."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """One connection; whatever is too large, too much or too late ends it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # the server's kinds
        super().__init__(*arguments, **named)
        settings: SocketSettings = self.config.sockets  # type: ignore[attr-defined]  # of our config
        self._outlet = DirectOutlet(self, settings)
        self._largest = settings.largest_first_frame
        self._largest_admitted = settings.largest_frame
        self._when_stopping: Callable[[], None] | None = None
        self._unparsed = 0
        """Bytes since a whole frame was seen."""
        self._size = 0
        """Bytes of the message that comes in fragments."""
        self._controls = 0
        self._after_close = 0

    # --- what the outlet asks for

    def admit(self, when_stopping: Callable[[], None]) -> None:
        """Take frames of the usual size, and leave the stopping to whoever is called."""
        self._largest = self._largest_admitted
        self._when_stopping = when_stopping

    def close(self, code: CloseCode, seconds: float) -> None:
        """Send a close frame; the client may take so many seconds to answer."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.stop_keepalive()
        reason = code.sentence
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)

    # --- what the server and its transport ask for

    def handle_connect(self, event: Any) -> None:  # noqa: ANN401  # the parser's kind
        """Begin the application, with a short way out for it."""
        super().handle_connect(event)
        if not self.close_sent:
            extensions = cast("dict[str, Any]", self.scope["extensions"])
            extensions[EXTENSION] = self._outlet

    def pause_writing(self) -> None:
        """Write no more for now."""
        super().pause_writing()
        self._outlet.pause()

    def resume_writing(self) -> None:
        """Go on writing."""
        super().resume_writing()
        self._outlet.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let nobody wait for the client, and let go of what refers to itself."""
        super().connection_lost(exc)
        self._outlet.lose()
        self._when_stopping = None
        self.conn.parser.close()

    def data_received(self, data: bytes) -> None:
        """Take in what arrived, in small pieces, as long as it is not too much."""
        for start in range(0, len(data), PIECE):
            if self.conn.parser_exc is not None or self.transport.is_closing():
                return
            piece = data[start : start + PIECE]
            if self.close_sent:
                self._after_close += len(piece)
                if self._after_close > LAST_BYTES:
                    return
            elif self.handshake_initiated:
                self._unparsed += len(piece)
            super().data_received(piece)
            if self._unparsed > self._largest + PIECE + HEAD_ROOM:
                self._outlet.close(CloseCode.FRAME_TOO_LARGE)
            elif self.queue.qsize() > MOST_UNTAKEN:
                self._outlet.close(CloseCode.TOO_MANY_FRAMES)

    def handle_text(self, event: Frame) -> None:
        """Take in a text, or its beginning."""
        self._begin_message(event)
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Take in what is no text; the application says so."""
        self._begin_message(event)
        super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        """Take in a further piece of a message."""
        self._unparsed = 0
        self._size += len(event.data)
        if self._size > self._largest or len(self.frames) >= MOST_FRAGMENTS:
            self.frames = []
            self._outlet.close(CloseCode.FRAME_TOO_LARGE)
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer, unless it is asked all the time."""
        self._count_control()
        if not self.transport.is_closing():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Know that the client lives."""
        self._count_control()
        super().handle_pong(event)

    def handle_parser_exception(self) -> None:
        """Close with the parser's code, whether the client reads it or not."""
        super().handle_parser_exception()
        self.stop_keepalive()
        self.close_timer = self.loop.call_later(PATIENCE_SECONDS, self.transport.abort)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on; a text that is no UTF-8 ends everything (RFC 6455, 8.1)."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                self.frames = [b"".join(self.frames)]
                _ = self.frames[0].decode()
            except UnicodeDecodeError:
                self.conn.send_close(NO_UTF_8)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def send_keepalive_ping(self) -> None:
        """Ask whether the client lives."""
        self._controls = 0
        super().send_keepalive_ping()

    def _begin_message(self, event: Frame) -> None:
        self._unparsed = 0
        self._size = len(event.data)

    def _count_control(self) -> None:
        self._unparsed = 0
        self._controls += 1
        if self._controls > MOST_CONTROLS:
            self._outlet.close(CloseCode.TOO_MANY_FRAMES)

    async def send(self, message: Any) -> None:  # noqa: ANN401  # the server's kinds
        """Send for the application; a refusal over HTTP ends the opening properly."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True

    def shutdown(self) -> None:
        """Close in turn with all others, over some seconds."""
        if self.handshake_complete and not self.close_sent:
            stop = self._when_stopping or self._restart
            self.config.leaving.add(self.loop, stop)  # type: ignore[attr-defined]  # of our config
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        """Close: the client has not answered in time, so it will hardly say goodbye either."""
        self.pong_timer = None
        self._outlet.close(CloseCode.NO_PONG)
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(PATIENCE_SECONDS, self.transport.abort)

    def _restart(self) -> None:
        self._outlet.close(CloseCode.RESTARTING)
