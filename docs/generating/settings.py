"""The page of the settings: what the code takes, and what `.env.example` says of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cashhaven_app.environment import Environment
from cashhaven_app.settings import Settings
from generating.code import table

EXAMPLE = Path(__file__).parents[2] / ".env.example"
_A_SECRET = "0" * 64
_SECTION = re.compile(r"# --- (.*?) -+")
_VARIABLE = re.compile(r"#([A-Z][A-Z_]*)=(.*)")


class _Listening(Environment):
    """Notes what each variable may be, and what it is when nobody sets it."""

    def __init__(self) -> None:
        super().__init__({"JWT_SECRET": _A_SECRET})
        self.takes: dict[str, str] = {}
        self.defaults: dict[str, str] = {}

    def text(self, name: str, default: str = "") -> str:
        """Note a text."""
        self._note(name, "text", default)
        return super().text(name, default)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Note the choices."""
        self._note(name, ", ".join(f"`{choice}`" for choice in choices), default)
        return super().choice(name, choices, default)

    def flag(self, name: str, default: bool) -> bool:
        """Note a yes or no."""
        self._note(name, "`1`, `0`", str(int(default)))
        return super().flag(name, default)

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Note a whole number."""
        self._note(name, f"whole number, {lowest} to {highest}", str(default))
        return super().integer(name, default, lowest, highest)

    def number(self, name: str, default: float, lowest: float, highest: float) -> float:
        """Note a number."""
        self._note(name, f"number, {lowest:g} to {highest:g}", f"{default:g}")
        return super().number(name, default, lowest, highest)

    def listed(self, name: str) -> tuple[str, ...]:
        """Note a list."""
        self._note(name, "list, with commas", "")
        return super().listed(name)

    def _note(self, name: str, takes: str, default: str) -> None:
        # What is asked for as something else is read as a text on the way.
        self.takes.setdefault(name, takes)
        self.defaults.setdefault(name, default)


@dataclass(frozen=True, slots=True)
class _Described:
    section: str
    name: str
    meaning: str


def page() -> str:
    """Return the page's text."""
    usual, production = _heard(production=False), _heard(production=True)
    lines = [
        "# Settings",
        "",
        "Read from the environment, and from a `.env` file in the folder of the start;"
        " the environment wins.",
        "Everything that is wrong is named at once, and nothing starts.",
        "",
    ]
    described = _described()
    missing = usual.takes.keys() ^ {item.name for item in described}
    assert not missing, f".env.example and the code disagree about {', '.join(sorted(missing))}"
    silent = [item.name for item in described if not item.meaning]
    assert not silent, f".env.example says nothing about {', '.join(silent)}"
    for section in dict.fromkeys(item.section for item in described):
        lines += [f"## {section}", ""]
        rows = [
            [
                f"`{item.name}`",
                usual.takes[item.name],
                _default(usual.defaults[item.name], production.defaults[item.name]),
                item.meaning,
            ]
            for item in described
            if item.section == section
        ]
        lines += table(["name", "takes", "default", "meaning"], rows)
    return "\n".join(lines)


def _heard(*, production: bool) -> _Listening:
    env = _Listening()
    _ = env.choice("CASHHAVEN_ENV", ("development", "production"), "development")
    _ = Settings._read(env, production)
    return env


def _default(usual: str, production: str) -> str:
    if usual == production:
        return f"`{usual}`" if usual else ""
    return f"`{usual}`; in production `{production}`"


def _described() -> list[_Described]:
    """Return the variables of the example in order, each with the comment above it."""
    found: list[_Described] = []
    comment: list[str] = []
    section, told = "", False
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := _SECTION.fullmatch(line):
            section, comment = heading[1], []
        elif variable := _VARIABLE.fullmatch(line):
            found.append(_Described(section, variable[1], " ".join(comment)))
            told = True
        elif not line:
            comment = []
        elif line.startswith("# "):
            if told:
                comment = []
            comment.append(_code(line.removeprefix("# ")))
            told = False
    return found


def _code(line: str) -> str:
    """Return a line of a comment; an indented one is code."""
    return f"`{line.strip()}`" if line.startswith("  ") else line
