"""The page of the command line, from its parsers."""

import argparse
from collections.abc import Iterator

from cashhaven_app.cli import build_parser
from cashhaven_app.commands.errors import ExitStatus
from generating.code import table

STATUSES = {
    ExitStatus.DONE: "done",
    ExitStatus.REFUSED: "refused; a sentence says why",
    ExitStatus.USAGE: "the command line is wrong",
    ExitStatus.SETTINGS: "the settings are wrong; all mistakes are named",
    ExitStatus.UNAVAILABLE: "the database or the port cannot be had",
    ExitStatus.BUG: "a bug of the program, with its traceback",
    ExitStatus.INTERRUPTED: "interrupted from the keyboard",
}


def page() -> str:
    """Return the page's text."""
    parser = build_parser()
    lines = [
        "# Command line",
        "",
        "Installed as `cashhaven`; in a checkout `python -m cashhaven_app` is the same.",
        "It speaks Portuguese, as everything does that a person in the shop reads.",
        "Every command has `--help`.",
        "",
    ]
    for name, command in _commands(parser, parser.prog):
        told = _command(command)
        lines += [f"## `{name}`", "", *told] if told else []
    lines += ["## Exit status", ""]
    lines += table(["status", "meaning"], [[str(int(s)), STATUSES[s]] for s in ExitStatus])
    return "\n".join(lines)


def _commands(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield f"{name} {word}", command
                yield from _commands(command, f"{name} {word}")


def _command(parser: argparse.ArgumentParser) -> list[str]:
    lines: list[str] = []
    if parser.description:
        lines += [" ".join(parser.description.split()), ""]
    rows = [
        [f"`{_shown(action)}`", action.help or ""]
        for action in parser._actions
        if action.dest != "help" and not isinstance(action, argparse._SubParsersAction)
    ]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            rows += [[f"`{step.dest}`", step.help or ""] for step in action._choices_actions]
    if rows:
        lines += table(["argument", "meaning"], rows)
    if parser.epilog:
        lines += ["```text", *parser.epilog.splitlines(), "```", ""]
    return lines


def _shown(action: argparse.Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest)
    value = f" {action.metavar}" if action.metavar else ""
    return f"{action.option_strings[-1]}{value}"
