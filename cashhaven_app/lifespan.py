"""What begins when a server starts to serve and ends when it stops."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from cashhaven_app.container import Container
from cashhaven_app.stream.at_work import stream_at_work
from cashhaven_app.use_cases import use_case_providers
from cashhaven_app.workers import Housekeeping
from cashhaven_domain.parameters.shop_rules import STRONG_PASSWORD
from cashhaven_domain.shared.errors import Unavailable

_log = structlog.get_logger("cashhaven.server")


async def close(container: Container) -> None:
    """Let go of what the container holds."""
    await container.adapters.follower().close()
    if container.settings().storage == "sql":
        await container.adapters.product_queries().close()
        await container.adapters.database().dispose()


@asynccontextmanager
async def serving(
    container: Container,
    *,
    keeps_house: bool = True,
    tell_others: Callable[[], None] | None = None,
) -> AsyncIterator[None]:
    """Keep the shop open, with its house kept by night; at the end let go of the database.

    `tell_others` is called when there are new events, for other processes of the same server.
    """
    settings = container.settings()
    # What is wrong with an adapter shows now, and the first to sign in waits for nothing.
    for _, provider in use_case_providers(container.use_cases):
        _ = provider()
    _log.info(
        "started",
        production=settings.production,
        storage=settings.storage,
        sqlite_synchronous=settings.sqlite_synchronous if settings.is_embedded else None,
    )
    if not settings.sockets.limited:
        _log.warning("rate_limits_off", hint="RATE_LIMITS=off é só para testes de carga")
    own_tasks = [
        asyncio.ensure_future(work())
        for work in stream_at_work(container, keeps_house=keeps_house, tell_others=tell_others)
    ]
    if keeps_house:
        await _hint_at_short_passwords(container)
        own_tasks.append(asyncio.create_task(_housekeeping(container).run()))
    try:
        yield
    finally:
        for task in own_tasks:
            task.cancel()
        _ = await asyncio.wait(own_tasks)
        container.adapters.passwords().close()
        await close(container)
        _log.info("stopped")


def _housekeeping(container: Container) -> Housekeeping:
    adapters = container.adapters
    return Housekeeping(
        answers=adapters.kept_answers(), rules=adapters.shop_rules(), clock=adapters.clock()
    )


async def _hint_at_short_passwords(container: Container) -> None:
    """Say that passwords are all that guards the accounts, and how to ask for longer ones."""
    try:
        rules = await container.adapters.shop_rules().read()
    except Unavailable:
        return
    if rules.shortest_password_of(administrator=True) < STRONG_PASSWORD:
        _log.info(
            "short_passwords_allowed",
            shortest=rules.shortest_password,
            hint="senha_minima=15, ou senha_admin_forte",
        )
