"""Text that people type: cleaned once, bounded always."""

import unicodedata

from cashhaven_domain.shared.errors import InvalidInput

NAME_LENGTH = 120
NOTE_LENGTH = 500

_NOTE_CONTROLS = frozenset("\t\n")
_LONGEST_SPELLING = 4
"""Of how many characters a single composed one may be put together."""


def clean(text: str, *, field: str, limit: int = NAME_LENGTH, note: bool = False) -> str:
    """Return the text trimmed and in Unicode's composed form (NFC).

    A note may hold tabs and line ends; nothing may hold other control characters.

    Raises:
        InvalidInput: it is empty, longer than `limit` characters, or holds what no text may hold.
    """
    if note:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    trimmed = text.strip()
    if not trimmed:
        raise InvalidInput(f"{field}: não pode ficar vazio")
    # Composing takes the square of the time for some texts: only what may become short is composed.
    may_fit = len(trimmed) <= _LONGEST_SPELLING * limit
    cleaned = unicodedata.normalize("NFC", trimmed) if may_fit else trimmed
    if len(cleaned) > limit:
        raise InvalidInput(f"{field}: deve ter no máximo {limit} caracteres")
    if cleaned.isprintable():  # Then it holds nothing of what is looked for below.
        return cleaned
    for character in cleaned:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and not (note and character in _NOTE_CONTROLS)):
            raise InvalidInput(f"{field}: contém caracteres que não são permitidos")
    return cleaned


def fold(text: str) -> str:
    """Return the text without case, accents and repeated blanks, to compare and to search by."""
    decomposed = text
    # Twice, because taking a letter apart may bring a capital to light.
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split())
