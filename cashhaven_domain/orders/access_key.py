"""The key by which anyone finds a fiscal document at the tax authority."""

import re
from dataclasses import dataclass
from itertools import cycle
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput

_SHAPE = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class AccessKey:
    """The `chave de acesso` of an NFC-e or NF-e: 44 characters, the last one checks the others.

    Since 2026 the issuer's number within it may hold letters.

    Raises:
        InvalidInput: not the shape of a key, or a wrong check digit.
    """

    text: str

    def __post_init__(self) -> None:
        if _SHAPE.fullmatch(self.text) is None:
            raise InvalidInput("deve ter os 44 caracteres de uma chave de acesso")
        if self.text[-1] != check_digit(self.text[:-1]):
            raise InvalidInput("o dígito verificador não confere")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key as it is printed, in groups, or in one piece."""
        return cls("".join(text.split()))

    def as_text(self) -> str:
        """Return the 44 characters."""
        return self.text

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the key that `as_text` wrote."""
        return cls(text)

    def __str__(self) -> str:
        return self.text


def check_digit(text: str) -> str:
    """Return the digit that follows from the 43 characters before it (MOC 7.0, annex I).

    The weights 2 to 9 repeat from right to left; a letter counts as its distance from "0".
    """
    weights = cycle(range(2, 10))
    weighted = sum((ord(sign) - ord("0")) * next(weights) for sign in reversed(text))
    rest = weighted % 11
    return "0" if rest < 2 else str(11 - rest)
