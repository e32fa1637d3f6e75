"""The command line: what can be asked for, and what becomes of errors there.

Whatever a person at the keyboard can get wrong is answered by a sentence on standard error and a
status; a traceback always means a bug of ours.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from cashhaven_adapters.structlog_logging.configuring import configure_logging
from cashhaven_app.commands import demo, description, epoch, migrate, serve, users, watch
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Parser, Subcommands
from cashhaven_app.settings import Settings, SettingsError
from cashhaven_domain.shared.errors import DomainError, Unavailable

DESCRIPTION = "CashHaven: o balcão, o estoque e os pedidos de uma loja."
EPILOG = """exemplos:
  cashhaven serve                             abre a loja em http://127.0.0.1:5238
  cashhaven serve --demo                      o mesmo, com uma loja de exemplo
  cashhaven create-user --admin ana           cria a primeira administradora
  cashhaven watch ana                         mostra o que acontece na loja, na hora
  cashhaven migrate status                    mostra a versão do banco de dados
  cashhaven export-openapi --output api.json  grava a descrição da API
  cashhaven export-asyncapi --output ws.json  grava a descrição do WebSocket

As configurações vêm do ambiente e do arquivo .env; .env.example explica cada uma.

fim: 0 feito · 1 recusado · 2 linha de comando errada · 3 configuração errada ·
     4 banco de dados ou porta indisponível · 70 erro do programa"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = Parser(prog="cashhaven", description=DESCRIPTION, epilog=EPILOG)
    commands: Subcommands = parser.add_subparsers(
        title="comandos", dest="command", required=True, metavar="comando", parser_class=Parser
    )
    for group in (serve, watch, migrate, users, demo, description, epoch):
        group.add_to(commands)
    return parser


def run(argv: Sequence[str]) -> int:
    """Do what the arguments say and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A console may know fewer letters than our sentences have.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    arguments = build_parser().parse_args(argv)
    # What a command has to say is its own output; `serve` turns the whole log on.
    configure_logging(level="WARNING", style="text", stream=sys.stderr)
    try:
        settings = (
            Settings.from_environment(os.environ, Path(".env"))
            if arguments.needs_settings
            else None
        )
        status: ExitStatus = arguments.run(arguments, settings)
        return status
    except SettingsError as error:
        _tell("a configuração está errada:", *(f"  {line}" for line in error.sentences))
        return ExitStatus.SETTINGS
    except CommandError as error:
        _tell(*error.sentences)
        return error.status
    except DomainError as error:
        _tell(*error.sentences)
        away = isinstance(error, Unavailable)
        return ExitStatus.UNAVAILABLE if away else ExitStatus.REFUSED
    except KeyboardInterrupt:
        _tell("interrompido")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python must not complain of that at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE
    except Exception:
        traceback.print_exc()
        return ExitStatus.BUG


def _tell(*lines: str) -> None:
    first, *rest = lines
    print(f"cashhaven: {first}", *rest, sep="\n", file=sys.stderr)
