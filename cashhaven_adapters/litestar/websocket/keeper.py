"""What has to be done for every connection from time to time, by two tasks for all of them."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import takewhile

import structlog

from cashhaven_adapters.litestar.authentication import Authenticate
from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.connection import Connection
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import AccessDenied, Unavailable
from cashhaven_domain.stream.stored_event import StoredEvent

TICK_SECONDS = 0.25
"""How late something may be done whose time has come."""

_log = structlog.get_logger("cashhaven.socket")


class Keeper:
    """Sends heartbeats, and asks again and again whether the users may still be here.

    What the stream tells of an account has its turn at once. The tasks live as long as there are
    connections.
    """

    def __init__(
        self,
        settings: SocketSettings,
        authenticate: Authenticate,
        forget: Callable[[UserId], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._authenticate = authenticate
        self._forget = forget
        self._monotonic = monotonic
        self._users: dict[UserId, dict[Connection, None]] = {}
        self._due: deque[tuple[float, Connection]] = deque()
        self._turns: dict[UserId, float] = {}
        """When each has its turn, the next one first; a user who came back keeps the old one."""
        self._urgent: dict[UserId, None] = {}
        self._something_urgent = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, connection: Connection) -> None:
        """Look after a connection from now on."""
        user_id, now = connection.session.actor.user_id, self._monotonic()
        if user_id not in self._users:
            self._users[user_id] = {}
            _ = self._turns.setdefault(user_id, now + self._settings.recheck)
        self._users[user_id][connection] = None
        self._due.append((now + self._settings.heartbeat, connection))
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._beat, self._recheck)]

    def remove(self, connection: Connection) -> None:
        """Look after it no more."""
        user_id = connection.session.actor.user_id
        self._users[user_id].pop(connection, None)
        if not self._users[user_id]:
            del self._users[user_id]
        if not self._users:
            self._due.clear()
            self._turns.clear()
            for task in self._tasks:
                _ = task.cancel()
            self._tasks = []

    def hear(self, event: StoredEvent) -> None:
        """Have the user's turn come at once whose account is different now."""
        if event.topic == "user" and event.aggregate_id in self._users:
            self._urgent[UserId(event.aggregate_id)] = None
            self._something_urgent.set()

    def connections(self) -> Iterable[Connection]:
        """Return all connections."""
        return [each for connections in self._users.values() for each in connections]

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = self._monotonic()
            while self._due and self._due[0][0] <= now:
                due, connection = self._due.popleft()
                if connection in self._users.get(connection.session.actor.user_id, ()):
                    connection.subscriptions.beat()
                    self._due.append((due + self._settings.heartbeat, connection))

    async def _recheck(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    _ = await self._something_urgent.wait()
            # However much is urgent, the others have their turn.
            users = dict.fromkeys([*self._urgent, *self._those_whose_turn_it_is()])
            self._urgent.clear()
            self._something_urgent.clear()
            for user_id in users:
                try:
                    await self._look_at(user_id)
                except Exception as error:
                    # Nobody is sent away for a fault of ours; the next turn comes soon.
                    _log.error("unexpected_error", exc_info=error)

    def _those_whose_turn_it_is(self) -> list[UserId]:
        now = self._monotonic()
        due = list(takewhile(lambda user_id: self._turns[user_id] <= now, self._turns))
        users = []
        for user_id in due:
            del self._turns[user_id]
            if user_id in self._users:
                users.append(user_id)
                self._turns[user_id] = now + self._settings.recheck
        return users

    async def _look_at(self, user_id: UserId) -> None:
        connections = list(self._users.get(user_id, ()))
        self._forget(user_id)
        for token in {connection.token for connection in connections}:
            those = [connection for connection in connections if connection.token == token]
            try:
                session = await self._authenticate(token)
            except AccessDenied:
                for connection in those:
                    connection.check_time()
                    if connection.token == token:
                        connection.line.outlet.close(CloseCode.NOT_SIGNED_IN)
                continue
            except Unavailable:
                session = None
            for connection in those:
                connection.check_time()
                if session is not None and connection.token == token:
                    connection.adopt(session)
