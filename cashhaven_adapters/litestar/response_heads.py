"""What every response says about itself to browsers, whichever layer answers."""

from collections.abc import Iterable

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

Headers = list[tuple[bytes, bytes]]


class ResponseHeads:
    """Security headers and those of CORS, and the answers to preflights."""

    def __init__(self, settings: WebSettings) -> None:
        self._origins = frozenset(settings.allowed_origins)
        self._always = (*_ALWAYS, _TLS_ONLY) if settings.behind_tls else _ALWAYS
        self._usual = (*self._always, *_UNLESS_SAID)

    def completed(self, headers: Iterable[tuple[bytes, bytes]], origin: bytes | None) -> Headers:
        """Return the headers of a response to a request from this origin, with all that is due."""
        complete = [*headers, *self._usual]
        said = {name for name, _ in complete[: -len(self._usual)]}
        if not said.isdisjoint(_LESS_OFTEN):
            complete = [
                (name, _with_head(value) if name == b"allow" else value)
                for name, value in complete[: -len(_UNLESS_SAID)]
            ]
            complete.extend(header for header in _UNLESS_SAID if header[0] not in said)
        if self._origins:
            complete.append((b"vary", b"Origin"))
        if origin is not None and self._allows(origin):
            complete.append((b"access-control-allow-origin", origin))
            complete.append((b"access-control-expose-headers", EXPOSED.encode("ascii")))
        return complete

    def of_preflight(self, origin: bytes) -> Headers:
        """Return what the answer to a browser of this origin says that asks before it sends."""
        if not self._allows(origin):
            return []
        return [
            (b"access-control-allow-methods", METHODS.encode("ascii")),
            (b"access-control-allow-headers", TAKEN.encode("ascii")),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode("ascii")),
        ]

    def _allows(self, origin: bytes) -> bool:
        return "*" in self._origins or origin.decode("latin-1") in self._origins


def _with_head(methods: bytes) -> bytes:
    listed = [method.strip() for method in methods.split(b",")]
    return b", ".join(sorted({*listed, b"HEAD"} if b"GET" in listed else {*listed}))
