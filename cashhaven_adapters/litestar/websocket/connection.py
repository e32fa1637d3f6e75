"""One connection of somebody signed in: frames come in one after the other, and are answered."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from cashhaven_adapters.litestar.asgi import Receive
from cashhaven_adapters.litestar.authentication import Authenticate
from cashhaven_adapters.litestar.random_texts import random_text
from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.desk import Desk
from cashhaven_adapters.litestar.websocket.errors import RateLimited, UnreadableFrame
from cashhaven_adapters.litestar.websocket.fan_out import FanOut, Listener
from cashhaven_adapters.litestar.websocket.frames import (
    Auth,
    Ping,
    Pong,
    Request,
    Subscribe,
    TokenExpiring,
    Unsubscribe,
    Welcome,
)
from cashhaven_adapters.litestar.websocket.line import Line
from cashhaven_adapters.litestar.websocket.outlet import Outlet
from cashhaven_adapters.litestar.websocket.rates import Allowance
from cashhaven_adapters.litestar.websocket.reading import UnreadableRequest, read_frame
from cashhaven_adapters.litestar.websocket.requests import Requests, refused
from cashhaven_adapters.litestar.websocket.subscriptions import Subscriptions
from cashhaven_adapters.litestar.websocket.topics import topics_of
from cashhaven_domain.shared.errors import AccessDenied, DomainError, InvalidInput, Unavailable
from cashhaven_domain.stream.events import ClientKind
from cashhaven_domain.users.session import SignedIn

MOST_UNREADABLE = 3
MOST_TOO_FAST = 3
TOO_FAST_SECONDS = 10.0
WARNING = timedelta(seconds=60)
"""How long before its end a token is said to end."""
GRACE = timedelta(seconds=15)
"""How long after its end a token may still be replaced."""

_log = structlog.get_logger("cashhaven.socket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all connections have in common."""

    settings: SocketSettings
    fan_out: FanOut
    requests: Requests
    authenticate: Authenticate
    now: Callable[[], datetime]
    monotonic: Callable[[], float]


class Connection:
    """A conversation. Its reader is the task that calls `converse`; nobody waits for its client."""

    __slots__ = (
        "_allowance",
        "_desk",
        "_expiry_told",
        "_shared",
        "_too_fast",
        "_unreadable",
        "id",
        "line",
        "session",
        "subscriptions",
        "token",
    )

    def __init__(
        self,
        shared: Shared,
        outlet: Outlet,
        session: SignedIn,
        token: str,
        kind: ClientKind | None,
    ) -> None:
        settings = shared.settings
        rate = settings.frames_per_second if settings.limited else 0
        listener = Listener(outlet, session.actor.user_id, kind)
        self.id = random_text()
        self.line = Line(outlet)
        self.session = session
        self.token = token
        self.subscriptions = Subscriptions(shared.fan_out, self.line, listener, settings)
        self._shared = shared
        self._desk = Desk(shared.requests, self.line, settings.most_requests)
        self._allowance = Allowance(rate, settings.burst_of_frames, shared.monotonic())
        self._too_fast: deque[float] | None = None
        self._unreadable = 0
        self._expiry_told = False

    def welcome(self) -> None:
        """Say that the client is signed in, and where the stream is."""
        position = self._shared.fan_out.position
        heartbeat = self._shared.settings.heartbeat
        self.line.tell(
            Welcome(
                session=self.id,
                epoch=position.epoch,
                offset=position.offset,
                heartbeat_s=int(heartbeat) if heartbeat.is_integer() else heartbeat,
                topics=list(topics_of(self.session.actor)),
            )
        )

    async def converse(self, receive: Receive) -> int:
        """Take what the client sends until it has gone; return the code that it ended with."""
        outlet = self.line.outlet
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 1005)
            if outlet.closed_with is not None:
                continue
            try:
                await self._take(message.get("text"), message.get("bytes"))
            except Unavailable:
                outlet.close(CloseCode.OVERLOADED)
            except Exception as error:
                _log.error("unexpected_error", exc_info=error)
                outlet.close(CloseCode.FAULT)

    def leave(self) -> None:
        """Close because the server stops; as soon as no request is at work."""
        self._desk.close()

    def check_time(self) -> None:
        """Warn of the token's end, or close after it."""
        now = self._shared.now()
        ends = self.session.expires_at
        if now >= ends + GRACE:
            self.line.outlet.close(CloseCode.NOT_SIGNED_IN)
        elif now >= ends - WARNING and not self._expiry_told:
            self._expiry_told = True
            self.line.tell(TokenExpiring(exp=ends))

    def adopt(self, session: SignedIn) -> None:
        """Go on with what the user may do by now."""
        before, self.session = self.session.actor, session
        if session.actor.must_change_password:
            self.line.outlet.close(CloseCode.NOT_ALLOWED)
        elif session.actor != before:
            self.subscriptions.narrow(session.actor)

    async def _take(self, text: str | None, binary: bytes | None) -> None:
        content = (binary or b"") if text is None else text.encode()
        if len(content) > self._shared.settings.largest_frame:
            self.line.outlet.close(CloseCode.FRAME_TOO_LARGE)
        elif not self._allowance.take(self._shared.monotonic()):
            self._slow_down()
        elif text is None:
            self._misunderstood(UnreadableFrame("deve ser um texto, não dados binários"))
        else:
            try:
                frame = read_frame(content, deepest=self._shared.settings.deepest)
            except UnreadableRequest as error:
                self.line.tell(refused(error.request_id, error))
            except InvalidInput as error:
                self._misunderstood(error)
            else:
                await self._answer(frame)

    async def _answer(self, frame: object) -> None:
        match frame:
            case Request():
                self._desk.begin(self.session.actor, frame)
            case Ping():
                self.line.tell(Pong())
            case Subscribe():
                await self.subscriptions.add(frame.topics, frame.since, self.session.actor)
            case Unsubscribe():
                self.subscriptions.remove(frame.topics)
            case Auth():
                await self._sign_in_again(frame.token)

    def _slow_down(self) -> None:
        now = self._shared.monotonic()
        if self._too_fast is None:
            self._too_fast = deque(maxlen=MOST_TOO_FAST)
        self._too_fast.append(now)
        self.line.refuse(RateLimited())
        if len(self._too_fast) == MOST_TOO_FAST and now - self._too_fast[0] <= TOO_FAST_SECONDS:
            self.line.outlet.close(CloseCode.TOO_MANY_FRAMES)

    def _misunderstood(self, error: DomainError) -> None:
        self.line.refuse(error)
        self._unreadable += 1
        if self._unreadable >= MOST_UNREADABLE:
            self.line.outlet.close(CloseCode.NOT_UNDERSTOOD)

    async def _sign_in_again(self, token: str) -> None:
        try:
            session = await self._shared.authenticate(token)
        except (AccessDenied, Unavailable) as error:
            self.line.refuse(error)
            return
        if session.actor.user_id != self.session.actor.user_id:
            self.line.refuse(AccessDenied("token: é de outro usuário"))
            return
        self.token = token
        self._expiry_told = False
        self.adopt(session)
        self.welcome()
