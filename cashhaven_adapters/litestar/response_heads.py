"""What every response says about itself to browsers, whichever layer answers."""

from cashhaven_adapters.litestar.asgi import App, Message, Receive, Scope, Send
from cashhaven_adapters.litestar.settings import WebSettings

EXPOSED = (
    "X-Request-ID, ETag, Idempotent-Replayed, Retry-After, "
    "RateLimit, RateLimit-Policy, X-Stream-Position"
)
TAKEN = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-ID, X-Setup-Code"
METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
PREFLIGHT_SECONDS = 600

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_UNLESS_SAID = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_LESS_OFTEN = frozenset({b"allow", *(name for name, _ in _UNLESS_SAID)})
_FOR_THE_LOG = ("path_template", "user_id")

Headers = list[tuple[bytes, bytes]]


class ResponseHeads:
    """Adds security headers and those of CORS, answers preflights, and serves HEAD like GET."""

    def __init__(self, app: App, settings: WebSettings) -> None:
        self._app = app
        self._origins = frozenset(settings.allowed_origins)
        self._always = (*_ALWAYS, _TLS_ONLY) if settings.behind_tls else _ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        origin = asked.get(b"origin")
        bodiless = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if bodiless else scope

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                self._complete(headers, origin)
                message["headers"] = headers
            elif bodiless and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        if (
            scope["method"] == "OPTIONS"
            and origin is not None
            and b"access-control-request-method" in asked
        ):
            await self._answer_preflight(origin, send_with_headers)
            return
        try:
            await self._app(inner, receive, send_with_headers)
        finally:
            if bodiless:
                scope.update({name: inner[name] for name in _FOR_THE_LOG if name in inner})

    def _complete(self, headers: Headers, origin: bytes | None) -> None:
        headers.extend(self._always)
        said = {name for name, _ in headers}
        if not said.isdisjoint(_LESS_OFTEN):
            headers[:] = [
                (name, _with_head(value) if name == b"allow" else value) for name, value in headers
            ]
            headers.extend(header for header in _UNLESS_SAID if header[0] not in said)
        else:
            headers.extend(_UNLESS_SAID)
        if self._origins:
            headers.append((b"vary", b"Origin"))
        if origin is not None and self._allows(origin):
            headers.append((b"access-control-allow-origin", origin))
            headers.append((b"access-control-expose-headers", EXPOSED.encode("ascii")))

    def _allows(self, origin: bytes) -> bool:
        return "*" in self._origins or origin.decode("latin-1") in self._origins

    async def _answer_preflight(self, origin: bytes, send: Send) -> None:
        headers: Headers = []
        if self._allows(origin):
            headers = [
                (b"access-control-allow-methods", METHODS.encode("ascii")),
                (b"access-control-allow-headers", TAKEN.encode("ascii")),
                (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode("ascii")),
            ]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _with_head(methods: bytes) -> bytes:
    listed = [method.strip() for method in methods.split(b",")]
    return b", ".join(sorted({*listed, b"HEAD"} if b"GET" in listed else {*listed}))
