"""How those learn it who may not come in.

A browser tells its page nothing of a refused opening. Whoever showed a token is therefore let in
and sent away with a code; all others get an answer as over HTTP.
"""

from dataclasses import dataclass

from cashhaven_adapters.litestar.asgi import Message, Scope, Send
from cashhaven_adapters.litestar.failures import send_failure
from cashhaven_adapters.litestar.request_context import current_request_id
from cashhaven_adapters.litestar.response_heads import ResponseHeads
from cashhaven_adapters.litestar.websocket.closing import CloseCode

_RESPONSE = "websocket.http.response"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A status, and what is said beside it; the code is for those who are let in for that."""

    status: int
    close_code: CloseCode | None = None
    sentence: str | None = None
    code: str | None = None
    retry_after: int | None = None


class Refusing:
    """Answers openings as HTTP requests are answered that are refused."""

    def __init__(self, heads: ResponseHeads) -> None:
        self._heads = heads

    async def answer(self, refusal: Refusal, scope: Scope, send: Send) -> None:
        """Send the answer, if the server knows how to; else it says 403 itself."""
        if _RESPONSE not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1000})
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._heads.completed(message["headers"], None)
                headers.append((b"x-request-id", current_request_id().encode("ascii")))
                message["headers"] = headers
            message["type"] = f"websocket.{message['type']}"
            await send(message)

        more = {} if refusal.retry_after is None else {"retry_after": str(refusal.retry_after)}
        await send_failure(
            complete,
            refusal.status,
            code=refusal.code,
            sentence=refusal.sentence,
            connection="close",
            **more,
        )
