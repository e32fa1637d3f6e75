"""`cashhaven export-openapi`: the API's description as a file."""

import argparse
import sys
from pathlib import Path

from cashhaven_app.asgi import create_web_application
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands
from cashhaven_app.testing import open_shop

EPILOG = """exemplos:
  cashhaven export-openapi > api.json
  cashhaven export-openapi --output api.json"""


def add_to(commands: Subcommands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export-openapi",
        help="grava a descrição da API",
        epilog=EPILOG,
        description="Grava a descrição da API no formato OpenAPI (JSON).",
    )
    parser.add_argument("--output", type=Path, metavar="ARQUIVO", help="em vez da saída padrão")
    parser.set_defaults(run=_run, needs_settings=False)


def _run(arguments: argparse.Namespace, _settings: None) -> ExitStatus:
    description = create_web_application(open_shop().container).description() + b"\n"
    if arguments.output is None:
        sys.stdout.buffer.write(description)
        return ExitStatus.DONE
    try:
        arguments.output.write_bytes(description)
    except OSError as error:
        raise CommandError(f"{arguments.output}: {error.strerror}") from None
    return ExitStatus.DONE
