"""Reading the environment and a `.env` file: every mistake is noted, none stops the reading."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_TRUE = frozenset({"1", "true", "yes", "on", "sim"})
_FALSE = frozenset({"0", "false", "no", "off", "nao", "não"})


class Environment:
    """Named texts, read one by one; `mistakes` is what was wrong, `known` the names asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.mistakes: list[str] = []
        self.known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """Return the text without surrounding blanks; empty counts as absent."""
        self.known.add(name)
        return self._texts.get(name, "").strip() or default

    def is_set(self, name: str) -> bool:
        """Whether there is anything under this name."""
        return self.text(name) != ""

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of the choices, in any case."""
        text = self.text(name, default)
        for choice in choices:
            if choice.casefold() == text.casefold():
                return choice
        self.mistakes.append(f"{name}: deve ser {' ou '.join(choices)}")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """Return a yes or a no."""
        text = self.text(name).casefold()
        if text and text not in _TRUE | _FALSE:
            self.mistakes.append(f"{name}: deve ser 1 ou 0")
        return text in _TRUE if text else default

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Return a whole number within its bounds."""
        return self._number(name, default, lowest, highest, int, "um número inteiro")

    def number(self, name: str, default: float, lowest: float, highest: float) -> float:
        """Return a number of seconds or the like within its bounds."""
        return self._number(name, default, lowest, highest, float, "um número")

    def listed(self, name: str) -> tuple[str, ...]:
        """Return what is listed between commas."""
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def _number(
        self, name: str, default: T, lowest: T, highest: T, read: Callable[[str], T], kind: str
    ) -> T:
        text = self.text(name)
        if not text:
            return default
        try:
            value = read(text)
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:  # type: ignore[operator]  # int or float
            self.mistakes.append(f"{name}: deve ser {kind} de {lowest} a {highest}")
            return default
        return value


def read_dotenv(path: Path) -> dict[str, str]:
    """Return what a `.env` file says: `NAME=value` lines, comments, quotes; no file says nothing.

    Raises:
        ValueError: a line cannot be understood; it is named by its number, never shown.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: deve estar em UTF-8") from None
    texts = {}
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        matched = _LINE.fullmatch(line)
        if matched is None:
            raise ValueError(f"{path.name}, linha {number}: deve ser NOME=valor")
        texts[matched[1]] = _unquoted(matched[2])
    return texts


def _unquoted(text: str) -> str:
    quoted = re.fullmatch(r"""(["'])(.*)\1\s*(?:#.*)?""", text)
    if quoted is not None:
        return quoted[2]
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()
