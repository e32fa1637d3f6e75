"""What stands around the application: ids, limits, headers, and one log line for every request."""

import time

from cashhaven_adapters.litestar.asgi import App, Receive, Scope, Send
from cashhaven_adapters.litestar.exchange import Exchange
from cashhaven_adapters.litestar.limits import Limits
from cashhaven_adapters.litestar.request_context import Tell, begin_request, end_request
from cashhaven_adapters.litestar.response_heads import ResponseHeads
from cashhaven_adapters.litestar.settings import WebSettings


class Surroundings:
    """Gives every request an id, sends it back, and logs the request once it was answered."""

    def __init__(self, app: App, settings: WebSettings, tell: Tell) -> None:
        self._app = app
        self._limits = Limits(app, settings)
        self._heads = ResponseHeads(settings)
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        exchange = Exchange(scope, send, self._heads)
        before = begin_request(exchange.request_id)
        try:
            if exchange.is_preflight:
                await exchange.answer_preflight()
            else:
                await self._limits.serve(exchange, receive)
        finally:
            self._write_line(exchange, time.perf_counter() - started)
            end_request(before)

    def _write_line(self, exchange: Exchange, seconds: float) -> None:
        known = exchange.scope
        about = {
            "route": known.get("path_template") or "-",
            "status": exchange.status,
            "duration_ms": round(seconds * 1_000, 1),
            "method": exchange.method,
        }
        if "user_id" in known:
            about = {"user_id": known["user_id"], **about}
        self._tell("request", exchange.request_id, **about)
