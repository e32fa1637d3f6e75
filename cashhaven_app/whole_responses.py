"""Responses that come as a whole go out as a whole: head and body in one piece.

The server looks at every header by itself and writes head and body one after the other. Nearly
all of our responses are known in full before anything is sent; what is not, goes the server's way.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from cashhaven_adapters.litestar.asgi import Message, Send

_LENGTH = b"content-length"
_THE_SERVERS = frozenset({b"connection", b"transfer-encoding"})
_BODILESS = frozenset({204, 304})
_CONTROLS = bytes({*range(32), 127} - {ord("\t"), ord("\r"), ord("\n")})
LARGEST = 65_536
"""Bytes of a body; a larger one is not worth copying to spare a write."""


class WholeResponses:
    """What the application sends by, for one request."""

    __slots__ = ("_begun", "_cycle", "_send")

    def __init__(self, cycle: RequestResponseCycle, send: Send) -> None:
        self._cycle = cycle
        self._send = send
        self._begun: Message | None = None

    async def send(self, message: Message) -> None:
        """Keep the head until its body comes; send both, together if that is all."""
        if message["type"] == "http.response.start" and self._begun is None:
            self._begun = message
            return
        begun, self._begun = self._begun, None
        if begun is not None:
            response = self._in_one_piece(begun, message)
            if response is not None:
                self._write(response)
                return
            await self._send(begun)
        await self._send(message)

    def _in_one_piece(self, begun: Message, message: Message) -> bytes | None:
        """Return the response as it is written, if there is nothing special about it."""
        cycle = self._cycle
        body: bytes = message.get("body", b"")
        headers = begun["headers"]
        by_name = dict(headers)
        status = begun["status"]
        bodiless = status in _BODILESS or cycle.scope["method"] == "HEAD"
        if (
            message.get("more_body", False)
            or len(body) > LARGEST
            or (body if bodiless else by_name.get(_LENGTH) != b"%d" % len(body))
            or not _THE_SERVERS.isdisjoint(by_name)
            or cycle.disconnected
            or cycle.response_started
            or cycle.flow.write_paused
        ):
            return None
        lines = [b"%b: %b\r\n" % header for header in (*cycle.default_headers, *headers)]
        head = b"".join(lines)
        # Whoever put the end of a line into a value would write headers of their own.
        if head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
            return None
        if head.translate(None, _CONTROLS) != head:
            return None
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        return b"".join((STATUS_LINE[status], head, end, body))

    def _write(self, response: bytes) -> None:
        cycle = self._cycle
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(response)
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
