"""The name under which a user signs in."""

import unicodedata
from dataclasses import dataclass
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.text import clean

USERNAME_LENGTH = 64


def fold_username(text: str) -> str:
    """Return the form in which names are compared: composed, without case; accents count.

    It is Unicode's canonical caseless form, so that all spellings of a keyboard meet.
    """
    caseless = unicodedata.normalize("NFD", text.strip()).casefold()
    return unicodedata.normalize("NFC", caseless)


@dataclass(frozen=True, slots=True)
class Username:
    """A user name as its owner typed it, and the form that nobody else may have."""

    typed: str

    def __post_init__(self) -> None:
        if len(self.folded) > USERNAME_LENGTH:
            raise InvalidInput(f"deve ter no máximo {USERNAME_LENGTH} caracteres")
        if any(unicodedata.category(c)[0] in "CZ" and c != " " for c in self.typed):
            raise InvalidInput("contém caracteres que não são permitidos")

    @classmethod
    def parse(cls, text: str, *, field: str) -> Self:
        """Return the name, trimmed and composed.

        Raises:
            InvalidInput: it is empty, too long, or holds characters that nobody can see.
        """
        cleaned = clean(text, field=field, limit=USERNAME_LENGTH)
        try:
            return cls(cleaned)
        except InvalidInput as refusal:
            raise InvalidInput(f"{field}: {refusal}") from None

    @property
    def folded(self) -> str:
        """The form by which users are found and told apart."""
        return fold_username(self.typed)

    def __str__(self) -> str:
        return self.typed
