"""A shop in memory, served from the test's own loop, and people who connect to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from cashhaven_adapters.litestar.application import WebApplication
from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.asgi import create_web_application
from cashhaven_app.container import Container
from cashhaven_app.http_protocol import BoundedProtocol, ServerConfig
from cashhaven_app.observation import Observer, write_nothing
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.testing import OPENING, Shop
from cashhaven_domain.stream.use_cases.notify import NotifyCommand
from tests.support.products import adding
from tests.support.raw_socket import RawSocket
from tests.support.selling import selling
from tests.support.users import enter, hire

WITHIN_S = 5.0
LONG_AGO = {"epoch": "0" * 32, "offset": 0}

Frame = dict[str, Any]


class Peer:
    """Somebody's end of a connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **frame: object) -> None:
        """Send a frame."""
        await self.connection.send(json.dumps(frame))

    async def hear(self, kind: str) -> Frame:
        """Return the next frame, which must be of this type."""
        frame = await self.next()
        assert frame["type"] == kind, frame
        return frame

    async def next(self) -> Frame:
        """Return the next frame."""
        async with asyncio.timeout(WITHIN_S):
            frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def until(self, kind: str) -> list[Frame]:
        """Return the next frames up to the first of this type."""
        frames = [await self.next()]
        while frames[-1]["type"] != kind:
            frames.append(await self.next())
        return frames

    async def hears_nothing(self, within_s: float = 0.15) -> None:
        """Hold that the server is silent for a moment."""
        try:
            async with asyncio.timeout(within_s):
                said = await self.connection.recv()
        except TimeoutError:
            return
        raise AssertionError(f"the server said {said!r}")

    async def subscribe(self, *topics: str, since: object = None) -> Frame:
        """Subscribe, and return what is in force then."""
        await self.say(type="subscribe", topics=topics, since=since)
        return (await self.until("subscribed"))[-1]

    async def ask(self, action: str, data: object, **more: object) -> Frame:
        """Send a request and return its answer; events in between are passed over."""
        await self.say(type="request", id="1", action=action, data=data, **more)
        return (await self.until("response"))[-1]

    async def closed(self, within_s: float = WITHIN_S) -> int:
        """Return the code that the server closes with; frames before that are passed over."""
        async with asyncio.timeout(within_s):
            try:
                while True:
                    _ = await self.connection.recv()
            except ConnectionClosed as end:
                return 1006 if end.rcvd is None else end.rcvd.code

    async def heard_nothing(self) -> None:
        """Hold that nothing was sent since the last frame."""
        await self.say(type="ping")
        _ = await self.hear("pong")

    async def goes_on(self) -> None:
        """Hold that the connection is still good."""
        await self.say(type="ping")
        _ = await self.until("pong")


class ServedShop:
    """The shop, and where it is served."""

    def __init__(self, shop: Shop, port: int, state: ServerState) -> None:
        self.shop = shop
        self.port = port
        self._state = state
        self.last_token = ""
        """That of whoever was hired last."""
        self._peers: list[ClientConnection] = []
        self._raw: list[RawSocket] = []

    @property
    def connections(self) -> list[Any]:
        """The connections as the server has them."""
        return list(self._state.connections)

    @property
    def url(self) -> str:
        """The address of the WebSocket."""
        return f"ws://127.0.0.1:{self.port}/ws"

    async def token_of(self, username: str = "maria", **parts: Any) -> str:
        """Hire somebody and return the token of a first session."""
        _ = await hire(self.shop, username, **parts)
        self.last_token = (await enter(self.shop, username)).token.text
        return self.last_token

    async def knock(self, token: str | None = None, address: str = "", **options: Any) -> Peer:
        """Open a connection; with a token, by the `Authorization` header."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        headers |= options.pop("headers", {})
        options = {"additional_headers": headers, "ping_interval": None, **options}
        connection = await connect(self.url + address, **options)
        self._peers.append(connection)
        return Peer(connection)

    async def peer(self, username: str = "maria", **options: Any) -> Peer:
        """Return the connection of somebody who was just hired and welcomed."""
        administrator = options.pop("administrator", False)
        token = await self.token_of(username, administrator=administrator)
        return await self.enter(token, **options)

    async def settle(self) -> None:
        """Return when everything that happened so far was published."""
        adapters = self.shop.container.adapters
        async with asyncio.timeout(WITHIN_S):
            while await adapters.relay().waiting_since() is not None:  # noqa: ASYNC110  # another task relays
                await asyncio.sleep(0.001)
        await adapters.follower().catch_up()

    async def enter(self, token: str, **options: Any) -> Peer:
        """Return a connection that was welcomed, after everything that happened before."""
        await self.settle()
        peer = await self.knock(token, **options)
        _ = await peer.hear("welcome")
        return peer

    async def add_products(self, names: Iterable[str]) -> None:
        """Let products be added: each is one event of `stock`."""
        for name in names:
            _ = await self.shop.add_product(self.shop.administrator, adding(name=name))

    async def sell(self) -> None:
        """Sell one of the first product: an event of `sales` and one of `stock`."""
        _ = await self.shop.register_sales([(self.shop.operator, selling())])

    async def notify(self, text: str = "Falta troco", **target: Any) -> None:
        """Tell somebody something."""
        command = NotifyCommand(text=text, **target)
        _ = await self.shop.container.use_cases.notify()(self.shop.administrator, command)

    async def raw(self, token: str | None, **options: Any) -> RawSocket:
        """Return a connection that keeps no rules."""
        if token is not None:
            options["Authorization"] = f"Bearer {token}"
        visitor = await RawSocket.open(self.port, **options)
        self._raw.append(visitor)
        return visitor

    def stop(self) -> None:
        """Tell every connection that the server stops."""
        for connection in list(self._state.connections):
            connection.shutdown()

    def close(self) -> None:
        """Let everybody go."""
        for peer in self._peers:
            peer.transport.abort()
        for visitor in self._raw:
            visitor.abort()


class PlainConfig(ServerConfig):
    """A server that knows nothing of ready frames, as others are."""

    def load(self) -> None:
        """Take the server's own protocol."""
        self.ws = "websockets-sansio"
        super().load()


@asynccontextmanager
async def served_shop(
    *,
    plain: bool = False,
    room: int | None = None,
    settings: Mapping[str, Any] | None = None,
    **sockets: Any,
) -> AsyncIterator[ServedShop]:
    """Serve a shop with these settings of the application, and of its sockets.

    `room` is how many bytes the system keeps on their way to each client.
    """
    usual: dict[str, Any] = {
        "jwt_secret": Secret("a secret that is good enough for tests only"),
        "database_url": Secret("memory:"),
        "port": 0,
        "sockets": SocketSettings(**sockets),
        "closing_seconds": 0.0,
    }
    clock = SettableClock(OPENING)
    container = Container(
        settings=Settings(**{**usual, **(settings or {})}),
        clock=clock,
        observer=Observer(log=write_nothing),
    )
    application = create_web_application(container)
    config = (PlainConfig if plain else ServerConfig)(application, container.settings())
    async with _alive(application), _listening(config, room) as listening:
        served = ServedShop(Shop(container, clock), *listening)
        # Whoever is the first becomes an administrator.
        _ = await hire(served.shop, "dona")
        try:
            yield served
        finally:
            served.close()


@asynccontextmanager
async def _alive(application: WebApplication) -> AsyncIterator[None]:
    """Keep the application's life in a task of its own: fixtures end in another one."""
    begun, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.lifespan():
            begun.set()
            _ = await over.wait()

    life = asyncio.create_task(live())
    _ = await begun.wait()
    try:
        yield
    finally:
        over.set()
        await life


@asynccontextmanager
async def _listening(
    config: ServerConfig, room: int | None
) -> AsyncIterator[tuple[int, ServerState]]:
    """Listen as the server does, without its seconds of courtesy."""
    config.load()
    state = ServerState()
    listener = socket.create_server(("127.0.0.1", 0))
    if room is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedProtocol(config=config, server_state=state, app_state={}), sock=listener
    )
    try:
        yield server.sockets[0].getsockname()[1], state
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        async with asyncio.timeout(WITHIN_S):
            while state.tasks:
                _ = await asyncio.wait(list(state.tasks))
