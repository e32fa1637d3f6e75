"""The web server around the application: its limits, and how it stops."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from socket import socket
from types import FrameType

import uvicorn

from cashhaven_adapters.litestar.health import Health
from cashhaven_app.garbage import look_seldom
from cashhaven_app.http_protocol import ServerConfig
from cashhaven_app.settings import Settings
from cashhaven_app.websocket_protocol import LARGEST_MESSAGE

LAST_SECONDS = 25
"""After so long a stopping server ends whatever is still at work."""
APPLICATION = "cashhaven_app.asgi:create"


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return how event loops are made: the fast ones where there are any."""
    if find_spec("uvloop") is None:
        return None
    import uvloop

    return uvloop.new_event_loop


def reload_forever(settings: Settings) -> None:
    """Serve, and begin anew whenever the code changes; for development, so without fine limits."""
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=settings.host,
        port=settings.port,
        reload=True,
        reload_dirs=[str(folder) for folder in Path(__file__).parents[1].glob("cashhaven_*/")],
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=settings.ping_seconds,
        ws_ping_timeout=settings.pong_seconds,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


class Server(uvicorn.Server):
    """Stops in order: unready first, then no new connections, then the rest.

    A second signal is obeyed at once, unless a parent decides on that: what ends a whole group of
    processes reaches its children twice.
    """

    config: ServerConfig

    def __init__(
        self,
        config: ServerConfig,
        health: Health,
        settings: Settings,
        when_started: Callable[[], None],
        *,
        repeated_signal_forces: bool = True,
    ) -> None:
        super().__init__(config)
        self._health = health
        self._drain_seconds = settings.drain_seconds
        self._when_started = when_started
        self._repeated_signal_forces = repeated_signal_forces
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve, and say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        look_seldom()
        if self.started:
            self._when_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Obey a signal; the program then ends with status 0, as it does what it was told."""
        if self._health.draining and self._repeated_signal_forces:
            self.stop_now()
        else:
            self.stop()

    def stop(self) -> None:
        """Stop in order; who is about to do so already goes on with it."""
        if self._health.draining:
            return
        self._health.draining = True
        self._end_within(self._drain_seconds + LAST_SECONDS)
        if self._loop is None or not self._drain_seconds:
            self.should_exit = True
        else:
            self._loop.call_soon_threadsafe(self._loop.call_later, self._drain_seconds, self._stop)

    def stop_within(self, seconds: float) -> None:
        """Stop in order, but without serving on and within so many seconds."""
        self._health.draining = self.should_exit = True
        self.config.leaving.seconds = min(self.config.leaving.seconds, seconds / 3)
        self._end_within(seconds)

    def stop_now(self) -> None:
        """Stop without waiting for anybody."""
        self._health.draining = self.should_exit = self.force_exit = True

    def _end_within(self, seconds: float) -> None:
        watchdog = threading.Timer(seconds, _end)
        watchdog.daemon = True
        watchdog.start()

    def _stop(self) -> None:
        self.should_exit = True


def _end() -> None:
    """End this process whatever it is doing; the last lines of the log get a second for that."""
    last_lines = threading.Thread(target=logging.shutdown, daemon=True)
    last_lines.start()
    last_lines.join(1)
    os._exit(1)
