"""`cashhaven serve`: open the shop to the network."""

import argparse
import asyncio
import os
import socket
import sys
from dataclasses import replace

import structlog

from cashhaven_adapters.structlog_logging.configuring import configure_logging
from cashhaven_app.asgi import create_web_application
from cashhaven_app.commands.demo import fill_if_empty
from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Subcommands, count_of_processes, port_number
from cashhaven_app.commands.program import program
from cashhaven_app.container import Container
from cashhaven_app.http_protocol import ServerConfig
from cashhaven_app.lifespan import close
from cashhaven_app.listening import listen, reserve, shown
from cashhaven_app.preparation import prepare
from cashhaven_app.processes.link import Job
from cashhaven_app.processes.parent import Parent
from cashhaven_app.server import Server, loop_factory, reload_forever
from cashhaven_app.settings import Settings
from cashhaven_app.setup_code import new_setup_code

_log = structlog.get_logger("cashhaven.server")

EPILOG = """exemplos:
  cashhaven serve                        http://127.0.0.1:5238, com um arquivo SQLite em var/
  cashhaven serve --demo                 o mesmo, com uma loja de exemplo
  cashhaven serve --host 0.0.0.0 --port 80
  cashhaven serve --processes 4          quatro processos no mesmo endereço (Linux)
  cashhaven serve --reload               recomeça quando o código muda (desenvolvimento)"""


def add_to(commands: Subcommands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="abre a loja na rede",
        description="Abre a loja na rede. Um arquivo SQLite é criado e atualizado sozinho; um\n"
        "servidor MySQL ou MariaDB só com MIGRATE_ON_START=1.\n"
        "SIGTERM ou Ctrl+C encerra com calma.",
        epilog=EPILOG,
    )
    parser.add_argument("--host", metavar="ENDEREÇO", help="em vez de HOST (127.0.0.1)")
    parser.add_argument("--port", metavar="PORTA", type=port_number, help="em vez de PORT (5238)")
    parser.add_argument(
        "--processes", metavar="N", type=count_of_processes, help="em vez de PROCESSES (1)"
    )
    parser.add_argument("--reload", action="store_true", help="recomeça quando o código muda")
    parser.add_argument("--demo", action="store_true", help="enche uma loja vazia de exemplos")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, settings: Settings) -> ExitStatus:
    settings = replace(
        settings,
        host=arguments.host or settings.host,
        port=settings.port if arguments.port is None else arguments.port,
        processes=arguments.processes or settings.processes,
    )
    configure_logging(level=settings.log_level, style=settings.log_format)
    if settings.processes > 1:
        return _serve_in_several(settings, demo=arguments.demo, reload=arguments.reload)
    if arguments.reload:
        return _reload(settings, demo=arguments.demo)
    with listen(settings.host, settings.port) as listener:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(_serve(settings, listener, demo=arguments.demo))


def _reload(settings: Settings, *, demo: bool) -> ExitStatus:
    if settings.storage == "memory" and demo:
        raise CommandError("--demo com --reload precisa de um banco de dados")
    listen(settings.host, settings.port).close()  # says at once when the port is taken
    is_new = asyncio.run(_prepare_only(settings, demo=demo))
    os.environ.update(HOST=settings.host, PORT=str(settings.port))
    _announce(settings, settings.port)
    if is_new:
        _explain_first_user(None)
    reload_forever(settings)
    return ExitStatus.DONE


async def _serve(settings: Settings, listener: socket.socket, *, demo: bool) -> ExitStatus:
    code = new_setup_code(settings)
    container = Container(settings=settings, setup_code=code)
    try:
        await prepare(container)
        if demo:
            await fill_if_empty(container)
        is_new = not await container.adapters.user_queries().has_any_user()

        def tell() -> None:
            port = listener.getsockname()[1]
            _log.info("listening", host=settings.host, port=port)
            _announce(settings, port)
            if is_new:
                _explain_first_user(code)

        application = create_web_application(container)
        server = Server(ServerConfig(application, settings), application.health, settings, tell)
        await server.serve(sockets=[listener])
        return ExitStatus.REFUSED if server.force_exit else ExitStatus.DONE
    finally:
        # Whoever is stopped by force skips the end of the application's own life.
        await close(container)


def _serve_in_several(settings: Settings, *, demo: bool, reload: bool) -> ExitStatus:
    _require_several_may(settings, reload=reload)
    with reserve(settings.host, settings.port) as reserved:
        port = reserved.getsockname()[1]
        is_new = asyncio.run(_prepare_only(settings, demo=demo))
        if settings.is_embedded:
            _log.info("one_writer", hint="SQLite grava por um processo de cada vez")
        code = new_setup_code(settings)
        jobs = [
            Job(settings=settings, port=port, setup_code=code, keeps_house=number == 0)
            for number in range(settings.processes)
        ]

        def tell() -> None:
            _log.info("listening", host=settings.host, port=port, processes=len(jobs))
            _announce(settings, port)
            if is_new:
                _explain_first_user(code)

        in_order = asyncio.run(Parent(jobs, tell).run())
    return ExitStatus.DONE if in_order else ExitStatus.REFUSED


def _require_several_may(settings: Settings, *, reload: bool) -> None:
    if sys.platform != "linux":
        raise CommandError("mais de um processo, só no Linux; aqui, use --processes 1")
    if reload:
        raise CommandError("--reload trabalha com um processo só; use --processes 1")
    if settings.storage == "memory":
        raise CommandError(
            "memory: não serve a vários processos: cada um teria uma loja só sua",
            "  use --processes 1, ou um banco de dados",
        )


async def _prepare_only(settings: Settings, *, demo: bool) -> bool:
    """Get the books ready for others; return whether there are no users yet."""
    container = Container(settings=settings)
    try:
        await prepare(container)
        if demo:
            await fill_if_empty(container)
        return not await container.adapters.user_queries().has_any_user()
    finally:
        await close(container)


def _announce(settings: Settings, port: int) -> None:
    address = f"http://{shown(settings.host)}:{port}"
    _say(
        f"CashHaven atende em {address}",
        *([f"  documentação da API: {address}/docs"] if settings.api_docs else []),
        f"  dados: {settings.database_place if settings.storage == 'sql' else 'só na memória'}",
    )


def _explain_first_user(code: str | None) -> None:
    _say(
        "Ainda não há usuários. Crie a primeira administradora (ou o primeiro administrador):",
        f"  {program()} create-user --admin NOME_DE_USUARIO",
        "ou pela API: POST /api/auth/register"
        + ("" if code is None else f", com o cabeçalho X-Setup-Code: {code}"),
    )


def _say(*lines: str) -> None:
    """Speak to the person who started the server; standard output belongs to the log."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)
