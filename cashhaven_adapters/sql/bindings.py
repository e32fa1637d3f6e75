"""Values as SQLite takes them beside a statement, and as it gives them back."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from cashhaven_adapters.sql.texts import as_moment, from_moment
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity

_CACHED = 4096


def bound(value: object) -> object:
    """Return what SQLite is given for the value; decimals are whole numbers of the smallest step.

    See `types.py`, which says the same to SQLAlchemy.
    """
    writer = _WRITERS.get(type(value))
    return value if writer is None else writer(value)


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Money: attrgetter("cents"),
    Quantity: attrgetter("thousandths"),
    UnitCost: attrgetter("ten_thousandths"),
    datetime: as_moment,
}

READERS: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int,
    str: str,
    bytes: bytes,
    datetime: from_moment,
    # The same prices come again and again.
    Money: lru_cache(_CACHED)(Money.of_cents),
    Quantity: lru_cache(_CACHED)(Quantity.of_thousandths),
    UnitCost: lru_cache(_CACHED)(UnitCost.of_ten_thousandths),
}
"""What reads a value of each type."""
