"""Products by name: when two are the same, and how well one answers a search."""

import hashlib
from enum import IntEnum
from functools import lru_cache
from typing import Self

from cashhaven_domain.shared.text import NAME_LENGTH, fold

LONGEST_EXPANSION = 18
"""One character folds to so many at most (U+FDFA does)."""
FOLDED_LENGTH = NAME_LENGTH * LONGEST_EXPANSION


@lru_cache(maxsize=4096)
def likeness_of(name: str, supplier: str) -> bytes:
    """Return what is equal for all spellings of one name from one supplier (32 bytes)."""
    return hashlib.sha256(f"{fold(name)}\0{fold(supplier)}".encode()).digest()


class Match(IntEnum):
    """How well a name answers a search; the lower, the better."""

    EXACT = 0
    BEGINNING = 1
    WORD = 2
    ELSEWHERE = 3

    @classmethod
    def of(cls, folded_name: str, part: str) -> Self | None:
        """Return how the folded name holds the folded part; `None` when it does not."""
        at = folded_name.find(part)
        if at < 0:
            return None
        if folded_name == part:
            return cls(cls.EXACT)
        if at == 0:
            return cls(cls.BEGINNING)
        while at > 0:
            if not folded_name[at - 1].isalnum():
                return cls(cls.WORD)
            at = folded_name.find(part, at + 1)
        return cls(cls.ELSEWHERE)


def place_in_search(folded_name: str, product_id: int, part: str) -> tuple[int, str, int]:
    """Return the key by which a product found by the folded part is sorted."""
    match = Match.of(folded_name, part)
    return (Match.ELSEWHERE if match is None else match, folded_name, product_id)
