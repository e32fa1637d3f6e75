"""`cashhaven watch`: what happens in a shop, line by line, as it happens."""

import argparse
import asyncio
import getpass
import os
import sys

from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands
from cashhaven_app.listening import shown
from cashhaven_app.settings import Settings
from cashhaven_app.watching.shop_address import ShopAddress
from cashhaven_app.watching.watcher import Account, Voice, Watcher
from cashhaven_domain.stream.events import ClientKind

PASSWORD_VARIABLE = "CASHHAVEN_PASSWORD"  # noqa: S105  (a name)

EPILOG = """exemplos:
  cashhaven watch ana
  cashhaven watch ana --topics stock,orders
  cashhaven watch ana --url https://loja.exemplo --json | jq .event
  cashhaven watch painel --password-stdin < senha.txt

Ctrl+C termina."""


def add_to(commands: Subcommands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "watch",
        help="mostra o que acontece na loja, na hora",
        description="Entra numa loja que está aberta e mostra o que acontece, na hora.\n"
        "Volta sozinho depois de um corte e conta o que perdeu. A senha é perguntada, lida de\n"
        f"{PASSWORD_VARIABLE} ou da entrada padrão, e nunca um argumento.",
        epilog=EPILOG,
    )
    parser.add_argument("username", metavar="usuario", help="com que se entra no sistema")
    parser.add_argument("--url", metavar="ENDEREÇO", help="em vez de http:// com HOST e PORT")
    parser.add_argument(
        "--topics",
        metavar="ASSUNTOS",
        type=topics,
        default=(),
        help="com vírgulas, em vez de todos os permitidos: " + ", ".join(Topic),
    )
    parser.add_argument(
        "--client",
        metavar="TIPO",
        choices=[kind.value for kind in ClientKind],
        help="recebe também os recados para: " + ", ".join(ClientKind),
    )
    parser.add_argument("--json", action="store_true", help="mostra as mensagens como vieram")
    parser.add_argument(
        "--password-stdin", action="store_true", help="lê a senha da entrada padrão"
    )
    parser.set_defaults(run=_run)


def topics(text: str) -> tuple[str, ...]:
    """Return the topics that the text names."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in [topic.value for topic in Topic]:
            raise argparse.ArgumentTypeError(f"{name} não existe; há {', '.join(Topic)}")
    return names


def _run(arguments: argparse.Namespace, settings: Settings) -> ExitStatus:
    address = ShopAddress.of(arguments.url or f"http://{_host(settings)}:{settings.port}")
    account = Account(
        username=arguments.username, password=_password(from_stdin=arguments.password_stdin)
    )
    voice = Voice(
        event=_nothing if arguments.json else _print,
        frame=_print if arguments.json else _nothing,
        remark=_remark,
    )
    watcher = Watcher(address, account, voice, topics=arguments.topics, kind=arguments.client)
    try:
        asyncio.run(watcher.run())
    except KeyboardInterrupt:
        _remark("fim")
    return ExitStatus.DONE


def _host(settings: Settings) -> str:
    """Return where a server that listens everywhere is found from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, shown(settings.host))  # noqa: S104


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandError(
            f"sem terminal para perguntar a senha; use --password-stdin ou {PASSWORD_VARIABLE}"
        )
    return getpass.getpass("senha: ")


def _print(line: str) -> None:
    print(line, flush=True)


def _nothing(_: str) -> None:
    """Say nothing."""


def _remark(sentence: str) -> None:
    print(f"# {sentence}", file=sys.stderr, flush=True)
