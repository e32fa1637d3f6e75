"""What a request carries through the application: its id, and one log line when it ends."""

import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

import structlog

from cashhaven_adapters.litestar.asgi import App, Message, Receive, Scope, Send

NO_REQUEST = "-"
"""Stands for the id where no request is at work."""

_SANE = re.compile(rb"[A-Za-z0-9\-_.]{1,64}", re.ASCII)
_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)

_log = structlog.get_logger("cashhaven.http")


Tell = Callable[..., None]
"""Takes the event, the request's id, and what is to be told of it."""


def current_request_id() -> str:
    """Return the id of the request at work."""
    return _request_id.get()


def remember_user(scope: Scope, user_id: int) -> None:
    """Put the signed-in user into every further log line of this request."""
    scope["user_id"] = user_id
    _ = structlog.contextvars.bind_contextvars(user_id=user_id)


def write_line(event: str, request_id: str, **values: object) -> None:
    """Write a line into the log as it is set up by then."""
    _log.info(event, **values)


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(16)


class RequestContext:
    """Gives every request an id, sends it back, and logs the request once it was answered."""

    def __init__(self, app: App, tell: Tell = write_line) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _id_of(scope)
        token = _request_id.set(request_id)
        tokens = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if scope["type"] == "http":
                await self._serve(scope, receive, send, request_id)
            else:
                await self._app(scope, receive, send)
        finally:
            structlog.contextvars.unbind_contextvars("user_id")
            structlog.contextvars.reset_contextvars(**tokens)
            _request_id.reset(token)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode("ascii")),
                ]
            await send(message)

        started = time.perf_counter()
        method = scope["method"]
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            user_id = scope.get("user_id")
            self._tell(
                "request",
                request_id,
                **({} if user_id is None else {"user_id": user_id}),
                route=scope.get("path_template") or "-",
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1_000, 1),
                method=method,
            )
