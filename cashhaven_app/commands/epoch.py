"""`cashhaven new-epoch`: after a restore, so that nobody goes on from places of a lost future."""

import argparse
import asyncio

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands
from cashhaven_app.container import Container
from cashhaven_app.lifespan import close
from cashhaven_app.preparation import prepare
from cashhaven_app.settings import Settings

EPILOG = """exemplo:
  cashhaven new-epoch                    logo depois de restaurar uma cópia, antes de servir"""


def add_to(commands: Subcommands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "new-epoch",
        help="recomeça o fluxo de eventos, depois de restaurar uma cópia",
        description="Recomeça o fluxo de eventos depois de restaurar uma cópia do banco de dados.\n"
        "As telas carregam tudo de novo, em vez de continuar de um ponto que já não existe;\n"
        "servidores que já atendem percebem sozinhos.",
        epilog=EPILOG,
    )
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace, settings: Settings) -> ExitStatus:
    if settings.storage == "memory":
        raise CommandError("memory: não se restaura; informe DATABASE_URL ou DB_*")

    async def begin() -> None:
        container = Container(settings=settings)
        try:
            await prepare(container)
            position = await container.adapters.relay().begin_epoch()
        finally:
            await close(container)
        print(f"o fluxo recomeçou: {position.text}")

    asyncio.run(begin())
    return ExitStatus.DONE
