"""Passwords, and which of them would be guessed."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.text import fold
from cashhaven_domain.users.errors import WeakPassword

LONGEST_PASSWORD = 256
"""In characters; so there are 1024 bytes at most."""
FEWEST_RUNS = 4
SHORTEST_WORD = 4
PRODUCT_NAMES = ("CashHaven", "Cash Haven")

# Neighbours that fingers and heads follow: counting, the alphabet, rows of the keyboard.
_SEQUENCES = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjklç",
    "zxcvbnm",
)


@dataclass(frozen=True, slots=True)
class Password:
    """What someone typed as a password, in Unicode's composed form and not otherwise changed.

    Raises:
        InvalidInput: it is no text that could be stored.
    """

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError:
            raise InvalidInput("senha: contém caracteres que não são permitidos") from None
        object.__setattr__(self, "text", unicodedata.normalize("NFC", self.text))


def check_password(
    password: Password,
    *,
    shortest: int,
    is_common: Callable[[str], bool],
    about: Iterable[str],
) -> None:
    """Refuse a new password that would be guessed.

    `about` are names of its owner and of the shop: their words may not be part of it.

    Raises:
        WeakPassword: with one sentence for each reason.
    """
    text = password.text
    reasons = []
    if len(text) < shortest:
        reasons.append(f"deve ter pelo menos {shortest} caracteres")
    if len(text) > LONGEST_PASSWORD:
        reasons.append(f"deve ter no máximo {LONGEST_PASSWORD} caracteres")
    elif is_common(text):
        reasons.append("é uma das senhas mais usadas; escolha outra")
    elif _is_pattern(text):
        reasons.append("é só uma sequência ou repetição; escolha outra")
    if _names_someone(text, about, shortest):
        reasons.append("não pode conter o seu nome, o nome de usuário ou o nome da loja")
    if reasons:
        raise WeakPassword(*(f"senha: {reason}" for reason in reasons))


def _is_pattern(text: str) -> bool:
    """Whether the text is one piece repeated, or few runs such as `abcd`, `4321`, `aaa`."""
    text = text.casefold()
    is_repeated = text in (text + text)[1:-1]
    return is_repeated or _count_runs(text) < FEWEST_RUNS


def _count_runs(text: str) -> int:
    runs, step = 0, None
    previous = ""
    for character in text:
        found = _step(previous, character) if previous else None
        if found is None or (step is not None and found != step):
            runs, step = runs + 1, None
        else:
            step = found
        previous = character
    return runs


def _step(before: str, after: str) -> int | None:
    """Return 0, 1 or -1 when `after` follows `before` in place: repeated, onwards, backwards."""
    if before == after:
        return 0
    for sequence in _SEQUENCES:
        if before + after in sequence:
            return 1
        if after + before in sequence:
            return -1
    return None


def _names_someone(text: str, about: Iterable[str], shortest: int) -> bool:
    """Whether the text holds a name, or is little more than a short one."""
    plain = fold(text)
    for name in (*about, *PRODUCT_NAMES):
        whole = fold(name)
        for word in {whole, whole.replace(" ", ""), *re.split(r"[\W_]+", whole)}:
            if not word or word not in plain:
                continue
            if len(word) >= SHORTEST_WORD or len(plain.replace(word, "")) < shortest - 1:
                return True
    return False
