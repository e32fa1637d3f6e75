"""The web application, from the container.

Any ASGI server can run it: `uvicorn --factory cashhaven_app.asgi:create`.
"""

import functools
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cashhaven_adapters.litestar.application import WebApplication, create_application
from cashhaven_adapters.litestar.health import Check, Checked, Status
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.websocket.opening import SocketSources
from cashhaven_adapters.sql.health import SqlHealth
from cashhaven_adapters.structlog_logging.configuring import configure_logging
from cashhaven_adapters.structlog_logging.frequent import write_often
from cashhaven_app.container import Container
from cashhaven_app.lifespan import serving
from cashhaven_app.settings import Settings
from cashhaven_app.setup_code import new_setup_code
from cashhaven_app.stream.relaying import LAG_TO_TELL
from cashhaven_app.use_cases import use_case_providers

OLDEST_POSITION = 2.0
"""In seconds; while the stream is followed there is always a younger one."""


def create() -> WebApplication:
    """Return the application that the environment describes."""
    settings = Settings.from_environment(os.environ, Path(".env"))
    configure_logging(level=settings.log_level, style=settings.log_format)
    code = new_setup_code(settings)
    if code is not None:
        print(f"X-Setup-Code: {code} (primeiro cadastro)", file=sys.stderr, flush=True)
    return create_web_application(Container(settings=settings, setup_code=code))


def create_web_application(
    container: Container,
    *,
    keeps_house: bool = True,
    tell_others: Callable[[], None] | None = None,
) -> WebApplication:
    """Return the web application over the container's use cases.

    Of several processes over the same books one keeps house; `tell_others` lets them know of new
    events.
    """
    settings = container.settings()
    follower = container.adapters.follower()
    position = functools.partial(follower.known_position, within=OLDEST_POSITION)
    return create_application(
        WebSettings(
            allowed_origins=settings.allowed_origins,
            behind_tls=settings.behind_tls,
            docs=settings.api_docs,
            largest_body=settings.body_limit,
            largest_headers=settings.header_limit,
            handling_time=settings.handling_seconds,
            most_in_flight=settings.requests_in_flight,
            sockets=settings.sockets,
        ),
        {**dict(use_case_providers(container.use_cases)), "stream_position": lambda: position},
        checks=_checks(container),
        lifespan=[
            functools.partial(serving, container, keeps_house=keeps_house, tell_others=tell_others)
        ],
        sockets=_socket_sources(container),
        tell=write_often,
    )


def _socket_sources(container: Container) -> SocketSources:
    adapters = container.adapters
    return SocketSources(
        feed=adapters.follower(),
        forget_session=adapters.sessions().forget,
        now=adapters.clock().now,
    )


def _checks(container: Container) -> Mapping[str, Check]:
    stream = {"event stream:lag": _lag_of(container), "event stream:offset": _offset_of(container)}
    if container.settings().storage == "memory":
        return stream
    health = SqlHealth(container.adapters.database())

    async def database() -> Checked:
        found = await health.check()
        return Checked(
            status=Status.PASS if found.is_ready else Status.FAIL,
            component="datastore",
            value=round(found.seconds * 1000, 1),
            unit="ms",
        )

    return {"database": database, **stream}


def _lag_of(container: Container) -> Check:
    async def lag() -> Checked:
        seconds = container.adapters.relaying().lag
        return Checked(
            status=Status.WARN if seconds >= LAG_TO_TELL else Status.PASS,
            value=round(seconds, 3),
            unit="s",
        )

    return lag


def _offset_of(container: Container) -> Check:
    async def offset() -> Checked:
        follower = container.adapters.follower()
        position = follower.position
        return Checked(
            status=Status.WARN if follower.age >= LAG_TO_TELL else Status.PASS,
            value=None if position is None else position.offset,
        )

    return offset
