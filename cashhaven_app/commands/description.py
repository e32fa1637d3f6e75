"""`cashhaven export-openapi` and `export-asyncapi`: what the shop speaks, as files."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from cashhaven_adapters.litestar.websocket.description import describe_conversation
from cashhaven_adapters.litestar.wire import encode
from cashhaven_app.asgi import create_web_application
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands
from cashhaven_app.testing import open_shop

OPENAPI_EPILOG = """exemplos:
  cashhaven export-openapi > api.json
  cashhaven export-openapi --output api.json"""
ASYNCAPI_EPILOG = """exemplos:
  cashhaven export-asyncapi > ws.json
  cashhaven export-asyncapi --output ws.json"""


def add_to(commands: Subcommands) -> None:
    """Add both commands."""
    openapi = commands.add_parser(
        "export-openapi",
        help="grava a descrição da API",
        epilog=OPENAPI_EPILOG,
        description="Grava a descrição da API no formato OpenAPI (JSON).",
    )
    asyncapi = commands.add_parser(
        "export-asyncapi",
        help="grava a descrição do WebSocket",
        epilog=ASYNCAPI_EPILOG,
        description="Grava a descrição do WebSocket no formato AsyncAPI 3 (JSON).",
    )
    for parser, describe in ((openapi, _of_the_api), (asyncapi, _of_the_conversation)):
        parser.add_argument("--output", type=Path, metavar="ARQUIVO", help="em vez da saída padrão")
        parser.set_defaults(run=_writing(describe), needs_settings=False)


def _of_the_api() -> bytes:
    return create_web_application(open_shop().container).description()


def _of_the_conversation() -> bytes:
    return encode(describe_conversation())


def _writing(describe: Callable[[], bytes]) -> Callable[[argparse.Namespace, None], ExitStatus]:
    def run(arguments: argparse.Namespace, _settings: None) -> ExitStatus:
        description = describe() + b"\n"
        if arguments.output is None:
            sys.stdout.buffer.write(description)
            return ExitStatus.DONE
        try:
            arguments.output.write_bytes(description)
        except OSError as error:
            raise CommandError(f"{arguments.output}: {error.strerror}") from None
        return ExitStatus.DONE

    return run
