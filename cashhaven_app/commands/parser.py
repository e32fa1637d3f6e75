"""The standard library's argument parser, speaking Portuguese."""

import argparse
import re
from collections.abc import Iterable
from typing import NoReturn, TypeAlias

from cashhaven_app.commands.errors import ExitStatus
from cashhaven_app.settings import MOST_PROCESSES

Subcommands: TypeAlias = "argparse._SubParsersAction[Parser]"

_SENTENCES = (
    (r"unrecognized arguments: (.*)", r"não conheço: \1"),
    (r"the following arguments are required: (.*)", r"falta: \1"),
    (r"argument (.*): expected one argument", r"\1: falta o valor"),
    (r"argument (.*): invalid choice: (\S+).*", r"\1: \2 não existe"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 não combina com \2"),
    (r"argument (.*): ignored explicit argument .*", r"\1: não leva valor"),
    (r"ambiguous option: (\S+) .*", r"\1: abreviação de mais de uma opção"),
    (r"argument (.*): (.*)", r"\1: \2"),
)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as it was written, under a Portuguese heading."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Say `uso` instead of `usage`."""
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """One command's arguments; `needs_settings` says whether the environment is read for it."""

    def __init__(self, **arguments: object) -> None:
        super().__init__(
            formatter_class=_Formatter,
            add_help=False,
            allow_abbrev=False,
            **arguments,  # type: ignore[arg-type]  # passed on as they came
        )
        self._positionals.title = "argumentos"
        self._optionals.title = "opções"
        self.add_argument("-h", "--help", action="help", help="mostra esta ajuda")
        self.set_defaults(needs_settings=True)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the line in one sentence."""
        for pattern, sentence in _SENTENCES:
            matched = re.fullmatch(pattern, message, re.DOTALL)
            if matched is not None:
                message = matched.expand(sentence)
                break
        self.exit(ExitStatus.USAGE, f"{self.prog}: {message} (veja {self.prog} --help)\n")


def port_number(text: str) -> int:
    """Return the port that the text names."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError("deve ser de 0 a 65535")
    return int(text)


def count_of_processes(text: str) -> int:
    """Return how many server processes the text asks for."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"deve ser de 1 a {MOST_PROCESSES}")
    return int(text)
