"""The door at `/ws`: who may come in."""

import asyncio
from dataclasses import dataclass

import structlog

from cashhaven_adapters.litestar.asgi import Message, Receive, Scope, Send
from cashhaven_adapters.litestar.limits import refusal_of
from cashhaven_adapters.litestar.request_context import begin_request, end_request, id_of
from cashhaven_adapters.litestar.response_heads import ResponseHeads
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.websocket.caller import Caller, kind_of
from cashhaven_adapters.litestar.websocket.census import Census
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.connection import Connection, Shared
from cashhaven_adapters.litestar.websocket.frames import Auth
from cashhaven_adapters.litestar.websocket.keeper import Keeper
from cashhaven_adapters.litestar.websocket.outlet import EXTENSION, Outlet, PlainOutlet
from cashhaven_adapters.litestar.websocket.reading import read_frame
from cashhaven_adapters.litestar.websocket.refusing import Refusal, Refusing
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput, Unavailable
from cashhaven_domain.stream.events import ClientKind
from cashhaven_domain.users.session import SignedIn

PATH = "/ws"
_NOT_FOUND = Refusal(status=404)
_TOO_MANY_OPENINGS = Refusal(
    status=503, code="OVERLOADED", sentence="Conexões demais; tente mais tarde", retry_after=1
)
_FORBIDDEN = Refusal(status=403, close_code=CloseCode.NOT_ALLOWED)
_ADDRESS_IS_FULL = Refusal(
    status=429,
    sentence="Conexões demais deste endereço",
    retry_after=30,
    close_code=CloseCode.OVERLOADED,
)

_log = structlog.get_logger("cashhaven.socket")


@dataclass(slots=True)
class _Visit:
    """An opened connection of which nobody knows yet whose it is."""

    caller: Caller
    outlet: Outlet
    kind: ClientKind | None
    _receive: Receive
    _has_gone: bool = False

    async def receive(self) -> Message:
        """Return what comes next from the client, or from the server about it."""
        message = await self._receive()
        self._has_gone = message["type"] == "websocket.disconnect"
        return message

    async def until_gone(self) -> None:
        """Return when the client has gone; the server says so once."""
        while not self._has_gone:
            _ = await self.receive()


class Endpoint:
    """Lets clients in, and looks after them until they leave."""

    def __init__(self, shared: Shared, keeper: Keeper, settings: WebSettings) -> None:
        self._shared = shared
        self._keeper = keeper
        self._web = settings
        self._settings = settings.sockets
        self._origins = frozenset(settings.allowed_origins)
        self._census = Census(settings.sockets, shared.monotonic())
        self._refusing = Refusing(ResponseHeads(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        before = begin_request(id_of(scope))
        try:
            _ = await receive()
            await self._open(scope, receive, send)
        finally:
            end_request(before)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal_of_head(scope)
        if refusal is not None:
            await self._refusing.answer(refusal, scope, send)
            return
        caller = Caller.of(scope)
        kind: ClientKind | None = None
        try:
            kind = kind_of(scope)
        except InvalidInput as error:
            refusal = Refusal(
                status=400,
                code=error.code,
                sentence=error.sentences[0],
                close_code=CloseCode.NOT_UNDERSTOOD,
            )
        refusal = refusal or self._refusal_of(caller)
        if refusal is not None and caller.token is None:
            await self._refusing.answer(refusal, scope, send)
            return
        unknown = caller.token is None
        self._census.come(caller.address, unknown=unknown)
        try:
            await send({"type": "websocket.accept", "subprotocol": caller.protocol})
            extensions = scope.get("extensions") or {}
            outlet: Outlet = extensions.get(EXTENSION) or PlainOutlet(send, self._settings)
            visit = _Visit(caller, outlet, kind, receive)
            if refusal is not None and refusal.close_code is not None:
                outlet.close(refusal.close_code)
            await self._until_the_end(visit)
        finally:
            self._census.go(caller.address)

    def _refusal_of_head(self, scope: Scope) -> Refusal | None:
        path = scope["path"]
        if scope.get("root_path"):
            path = path.split(scope["root_path"], maxsplit=1)[-1]
        if path != PATH:
            return _NOT_FOUND
        status = refusal_of(scope, self._web)
        if status is not None:
            return Refusal(status=status)
        if not self._census.may_open(self._shared.monotonic()):
            return _TOO_MANY_OPENINGS
        return None

    def _refusal_of(self, caller: Caller) -> Refusal | None:
        if caller.origin is not None and not self._origins & {caller.origin, "*"}:
            return _FORBIDDEN
        if self._census.is_full(caller.address, unknown=caller.token is None):
            return _ADDRESS_IS_FULL
        return None

    async def _until_the_end(self, visit: _Visit) -> None:
        outlet = visit.outlet
        try:
            await self._sign_in_and_stay(visit)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not (isinstance(outlet, PlainOutlet) and outlet.was_stuck) or task is None:
                raise
            _ = task.uncancel()
        finally:
            if isinstance(outlet, PlainOutlet):
                await outlet.end()

    async def _sign_in_and_stay(self, visit: _Visit) -> None:
        unknown = visit.caller.token is None
        try:
            found = await self._sign_in(visit)
        finally:
            if unknown:
                self._census.know(visit.caller.address)
        if found is None:
            await visit.until_gone()
            return
        token, session = found
        user_id = session.actor.user_id
        self._census.enter(user_id)
        try:
            await self._stay(
                Connection(self._shared, visit.outlet, session, token, visit.kind), visit
            )
        finally:
            self._census.leave(user_id)

    async def _sign_in(self, visit: _Visit) -> tuple[str, SignedIn] | None:
        """Return the token and who shows it; or close, and return nothing."""
        outlet = visit.outlet
        if outlet.closed_with is not None:
            return None
        token = visit.caller.token or await self._first_frame(visit)
        if token is None:
            return None
        try:
            session = await self._shared.authenticate(token)
            if self._shared.fan_out.feed.position is None:
                await self._shared.fan_out.feed.catch_up()
        except AccessDenied:
            outlet.close(CloseCode.NOT_SIGNED_IN)
        except Unavailable:
            outlet.close(CloseCode.OVERLOADED)
        else:
            if session.actor.must_change_password:
                outlet.close(CloseCode.NOT_ALLOWED)
            elif self._census.is_full_of(session.actor.user_id):
                outlet.close(CloseCode.OVERLOADED)
            else:
                return token, session
        return None

    async def _first_frame(self, visit: _Visit) -> str | None:
        """Return the token in the first frame; or close, and return nothing."""
        try:
            async with asyncio.timeout(self._settings.sign_in_time):
                message = await visit.receive()
        except TimeoutError:
            visit.outlet.close(CloseCode.NOT_SIGNED_IN)
            return None
        if message["type"] == "websocket.disconnect":
            return None
        text = (message.get("text") or "").encode()
        if max(len(text), len(message.get("bytes") or b"")) > self._settings.largest_first_frame:
            visit.outlet.close(CloseCode.FRAME_TOO_LARGE)
            return None
        try:
            frame = read_frame(text, deepest=self._settings.deepest)
        except InvalidInput:
            frame = None
        if isinstance(frame, Auth):
            return frame.token
        visit.outlet.close(CloseCode.NOT_SIGNED_IN)
        return None

    async def _stay(self, connection: Connection, visit: _Visit) -> None:
        began = self._shared.monotonic()
        code = 1006
        self._keeper.add(connection)
        try:
            visit.outlet.admit(connection.leave)
            connection.welcome()
            code = await connection.converse(visit.receive)
        finally:
            connection.subscriptions.end()
            self._keeper.remove(connection)
            _log.info(
                "socket_closed",
                session=connection.id,
                user_id=connection.session.actor.user_id,
                seconds=round(self._shared.monotonic() - began, 1),
                code=int(visit.outlet.closed_with or code),
                events=connection.subscriptions.listener.sent,
            )
