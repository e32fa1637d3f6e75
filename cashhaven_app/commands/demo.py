"""`cashhaven demo`: a shop to look at."""

import argparse
import asyncio
import sys

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands
from cashhaven_app.container import Container
from cashhaven_app.demo.shop import PASSWORD, PEOPLE, fill, is_empty
from cashhaven_app.lifespan import close
from cashhaven_app.preparation import prepare
from cashhaven_app.settings import Settings

EPILOG = """exemplos:
  cashhaven demo && cashhaven serve
  cashhaven serve --demo                 o mesmo, de uma vez"""


def add_to(commands: Subcommands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "demo",
        help="enche uma loja vazia de exemplos",
        description="Enche uma loja vazia com produtos, clientes e um mês de vendas e pedidos.\n"
        "Pessoas e números são inventados. Recusa uma loja em que já se trabalhou.",
        epilog=EPILOG,
    )
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace, settings: Settings) -> ExitStatus:
    if settings.storage == "memory":
        raise CommandError("memory: acaba junto com o programa; use cashhaven serve --demo")
    asyncio.run(_fill(settings))
    return ExitStatus.DONE


async def _fill(settings: Settings) -> None:
    container = Container(settings=settings)
    try:
        _require_no_production(settings)
        await prepare(container)
        if not await is_empty(container):
            raise CommandError("a loja não está vazia; exemplos só entram numa loja nova")
        await _fill_and_tell(container)
    finally:
        await close(container)


async def fill_if_empty(container: Container) -> None:
    """Fill an empty shop; leave any other as it is.

    Raises:
        CommandError: production is no place for examples.
    """
    _require_no_production(container.settings())
    if await is_empty(container):
        await _fill_and_tell(container)


def _require_no_production(settings: Settings) -> None:
    if settings.production:
        raise CommandError("exemplos não entram em produção: a senha deles é conhecida")


async def _fill_and_tell(container: Container) -> None:
    print("enchendo a loja de exemplo; leva alguns segundos", file=sys.stderr, flush=True)
    counts = await fill(container)
    parts = ", ".join(f"{count} {what}" for what, count in counts.items())
    users = ", ".join(username for username, *_ in PEOPLE)
    print(
        f"loja de exemplo: {parts}",
        f"  entre como {users} com a senha {PASSWORD}",
        sep="\n",
        file=sys.stderr,
    )
