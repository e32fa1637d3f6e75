"""One of several server processes: a whole server that begins and ends as its parent says.

The first argument that the parent starts it with is the number of the link that it inherits.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress

import structlog

from cashhaven_adapters.structlog_logging.configuring import configure_logging
from cashhaven_app.asgi import create_web_application
from cashhaven_app.container import Container
from cashhaven_app.http_protocol import ServerConfig
from cashhaven_app.lifespan import close
from cashhaven_app.listening import share
from cashhaven_app.processes.link import Job, Link, Word
from cashhaven_app.server import Server, loop_factory

ORPHAN_SECONDS = 5
"""How long requests at work may go on once there is no parent any more."""

_log = structlog.get_logger("cashhaven.server")


def main() -> int:
    """Serve until told to end; return 0 if that went in order."""
    link = Link.inherited(int(sys.argv[1]))
    try:
        job = link.take_over()
    except EOFError:
        return 1
    configure_logging(
        level=job.settings.log_level,
        style=job.settings.log_format,
        everywhere={"pid": os.getpid()},
    )
    # Ctrl+C reaches every process of a terminal; before there is a server the parent's word counts.
    with suppress(KeyboardInterrupt):
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(_serve(job, link))
    return 1


async def _serve(job: Job, link: Link) -> int:
    settings = job.settings
    container = Container(settings=settings, setup_code=job.setup_code)
    application = create_web_application(
        container, keeps_house=job.keeps_house, tell_others=lambda: link.hint(Word.EVENTS)
    )
    server = Server(
        ServerConfig(application, settings),
        application.health,
        settings,
        when_started=lambda: link.say(Word.READY),
        repeated_signal_forces=False,
    )
    obeying = asyncio.create_task(_obey(link, server, container.adapters.follower().wake))
    try:
        await server.serve(sockets=[share(settings.host, job.port)])
        return int(server.force_exit)
    finally:
        _ = obeying.cancel()
        await close(container)


async def _obey(link: Link, server: Server, hear_of_events: Callable[[], None]) -> None:
    async for word in link.words():
        if word is Word.EVENTS:
            hear_of_events()
        elif word is Word.STOP_NOW:
            server.stop_now()
        else:
            server.stop()
    _log.warning("parent_gone")
    server.stop_within(ORPHAN_SECONDS)
