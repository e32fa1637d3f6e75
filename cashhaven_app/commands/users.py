"""`cashhaven create-user` and `set-password`: accounts, by whoever sits at the server itself."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.commands.parser import Parser, Subcommands
from cashhaven_app.container import Container
from cashhaven_app.lifespan import close
from cashhaven_app.preparation import prepare
from cashhaven_app.settings import Settings
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.use_cases.register_user import RegisterUserCommand
from cashhaven_domain.users.use_cases.set_password import SetPasswordCommand

CREATE_EPILOG = """exemplos:
  cashhaven create-user --admin ana
  cashhaven create-user caixa1 --name "Caixa 1" --role Caixa --one-time
  cashhaven create-user --admin ana --password-stdin < senha.txt"""
SET_EPILOG = """exemplos:
  cashhaven set-password ana
  cashhaven set-password caixa1 --one-time --password-stdin < senha.txt"""


def add_to(commands: Subcommands) -> None:
    """Add both commands."""
    create = commands.add_parser(
        "create-user",
        help="cria um usuário",
        description="Cria um usuário. A senha é perguntada, e nunca um argumento.",
        epilog=CREATE_EPILOG,
    )
    create.add_argument("username", metavar="usuario", help="com que se entra no sistema")
    create.add_argument("--name", metavar="NOME", help="o nome da pessoa; senão, o do usuário")
    create.add_argument("--role", metavar="CARGO", help="senão, Administrador ou Operador")
    create.add_argument("--admin", action="store_true", help="pode tudo")
    _add_password_options(create)
    create.set_defaults(run=_create_user)
    change = commands.add_parser(
        "set-password",
        help="troca a senha de um usuário",
        description="Troca a senha de um usuário e encerra as sessões dele.",
        epilog=SET_EPILOG,
    )
    change.add_argument("username", metavar="usuario", help="de quem")
    _add_password_options(change)
    change.set_defaults(run=_set_password)


def _add_password_options(parser: Parser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="lê a senha da entrada padrão"
    )
    parser.add_argument(
        "--one-time", action="store_true", help="a senha deve ser trocada na primeira entrada"
    )


def _create_user(arguments: argparse.Namespace, settings: Settings) -> ExitStatus:
    command = RegisterUserCommand(
        name=arguments.name or arguments.username,
        username=arguments.username,
        password=Password(_ask_password(from_stdin=arguments.password_stdin)),
        role=arguments.role or ("Administrador" if arguments.admin else "Operador"),
        administrator=arguments.admin,
        one_time_password=arguments.one_time,
    )

    async def create(container: Container) -> None:
        user_id = await container.use_cases.register_user()(Actor.system(), command)
        print(f"usuário {arguments.username} criado (id {user_id})")

    return _with_shop(settings, create)


def _set_password(arguments: argparse.Namespace, settings: Settings) -> ExitStatus:
    command = SetPasswordCommand(
        username=arguments.username,
        password=Password(_ask_password(from_stdin=arguments.password_stdin)),
        one_time_password=arguments.one_time,
    )

    async def change(container: Container) -> None:
        await container.use_cases.set_password()(Actor.system(), command)
        print(f"senha de {arguments.username} trocada; as sessões foram encerradas")

    return _with_shop(settings, change)


def _with_shop(settings: Settings, work: Callable[[Container], Awaitable[None]]) -> ExitStatus:
    if settings.storage == "memory":
        raise CommandError("memory: não guarda usuários; informe DATABASE_URL ou DB_*")

    async def run() -> None:
        container = Container(settings=settings)
        try:
            await prepare(container)
            await work(container)
        finally:
            await close(container)

    asyncio.run(run())
    return ExitStatus.DONE


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("sem terminal para perguntar a senha; use --password-stdin")
    password = getpass.getpass("senha: ")
    if password != getpass.getpass("de novo: "):
        raise CommandError("as senhas não são iguais")
    return password
