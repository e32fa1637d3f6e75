"""`cashhaven migrate`: the database's version, up and down."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from cashhaven_adapters.sql.migrations.schema import SchemaVersions
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Parser, Subcommands
from cashhaven_app.commands.program import program
from cashhaven_app.container import Container
from cashhaven_app.lifespan import close
from cashhaven_app.preparation import reach
from cashhaven_app.settings import Settings

EPILOG = """exemplos:
  cashhaven migrate status
  cashhaven migrate up
  cashhaven migrate down --yes                volta uma versão: só com cópia de segurança
  cashhaven migrate down --to base --yes      apaga todas as tabelas"""


def add_to(commands: Subcommands) -> None:
    """Add the group."""
    parser = commands.add_parser(
        "migrate",
        help="atualiza o banco de dados",
        description="Atualiza as tabelas do banco de dados, ou as leva de volta.",
        epilog=EPILOG,
    )
    steps: Subcommands = parser.add_subparsers(
        title="passos", dest="step", required=True, metavar="passo", parser_class=Parser
    )
    steps.add_parser("status", help="mostra a versão").set_defaults(run=_doing(_status))
    steps.add_parser("up", help="atualiza para a versão deste programa").set_defaults(
        run=_doing(_up)
    )
    down = steps.add_parser("down", help="volta a uma versão anterior; pode apagar dados")
    down.add_argument("--to", metavar="VERSÃO", help="em vez da anterior; base é nenhuma")
    down.add_argument("--yes", action="store_true", help="confirma que dados podem ser apagados")
    down.set_defaults(run=_doing(_down))


Step = Callable[[SchemaVersions, argparse.Namespace], Awaitable[None]]


def _doing(step: Step) -> Callable[[argparse.Namespace, Settings], ExitStatus]:
    def run(arguments: argparse.Namespace, settings: Settings) -> ExitStatus:
        if settings.storage == "memory":
            raise CommandError("memory: não guarda tabelas; informe DATABASE_URL ou DB_*")
        asyncio.run(_with_versions(settings, lambda versions: step(versions, arguments)))
        return ExitStatus.DONE

    return run


async def _with_versions(
    settings: Settings, work: Callable[[SchemaVersions], Awaitable[None]]
) -> None:
    container = Container(settings=settings)
    try:
        await work(await reach(container))
    finally:
        await close(container)


async def _status(versions: SchemaVersions, _: argparse.Namespace) -> None:
    present, newest = await versions.present(), versions.newest()
    print(f"banco de dados: {present or 'vazio'}")
    print(f"este programa:  {newest}")
    print("em dia" if present == newest else f"atualize com: {program()} migrate up")


async def _up(versions: SchemaVersions, _: argparse.Namespace) -> None:
    before, newest = await versions.present(), versions.newest()
    if before == newest:
        print(f"já está na versão {newest}")
        return
    await versions.upgrade()
    print(f"da versão {before or '(nenhuma)'} para a {newest}")


async def _down(versions: SchemaVersions, arguments: argparse.Namespace) -> None:
    if not arguments.yes:
        raise CommandError(
            "voltar de versão pode apagar dados; faça uma cópia e confirme com --yes"
        )
    known, present = versions.known(), await versions.present()
    if present is None:
        raise CommandError("o banco de dados já está vazio")
    older = known[: known.index(present)] if present in known else known
    wanted = arguments.to or older[-1]
    if wanted not in older:
        raise CommandError(f"não há versão {wanted} antes da {present}: {', '.join(older)}")
    await versions.downgrade(wanted)
    print(f"da versão {present} para a {wanted}")
