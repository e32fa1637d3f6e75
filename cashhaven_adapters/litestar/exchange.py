"""One request and its response, as whatever stands around the application sees them."""

from asyncio import TimerHandle

from cashhaven_adapters.litestar.asgi import ONCE, Message, Scope, Send
from cashhaven_adapters.litestar.random_texts import random_text
from cashhaven_adapters.litestar.request_context import id_of
from cashhaven_adapters.litestar.response_heads import ResponseHeads


class Exchange:
    """Sends the response on, complete with what every response says; knows how far it is."""

    __slots__ = (
        "_heads",
        "_origin",
        "_send",
        "deadline",
        "method",
        "request_id",
        "scope",
        "status",
    )

    def __init__(self, scope: Scope, send: Send, heads: ResponseHeads) -> None:
        headers = scope["headers"]
        by_name = dict(headers)
        if len(by_name) == len(headers):
            scope[ONCE] = by_name
        self._send = send
        self._heads = heads
        self._origin: bytes | None = by_name.get(b"origin")
        self.method: str = scope["method"]
        # HEAD is GET without a body.
        self.scope = {**scope, "method": "GET"} if self.method == "HEAD" else scope
        self.request_id = id_of(scope) if b"x-request-id" in by_name else random_text()
        self.status = 0
        """The status of the response; nothing has been sent while it is 0."""
        self.deadline: TimerHandle | None = None
        """What ends the request's work, unless the response has begun by then."""

    @property
    def is_preflight(self) -> bool:
        """Whether a browser asks before it sends."""
        return (
            self.method == "OPTIONS"
            and self._origin is not None
            and any(name == b"access-control-request-method" for name, _ in self.scope["headers"])
        )

    async def answer_preflight(self) -> None:
        """Say what the browser may send."""
        assert self._origin is not None
        headers = self._heads.of_preflight(self._origin)
        await self.send({"type": "http.response.start", "status": 204, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(self, message: Message) -> None:
        """Send a piece of the response."""
        if message["type"] == "http.response.start":
            if self.deadline is not None:
                # What was finished all the same (a commit that was under way) is told.
                self.deadline.cancel()
            self.status = message["status"]
            headers = self._heads.completed(message.get("headers", ()), self._origin)
            headers.append((b"x-request-id", self.request_id.encode("ascii")))
            message["headers"] = headers
        elif self.method == "HEAD":
            message["body"] = b""
        await self._send(message)
