"""Changes of some fields: what was not sent stays as it is."""

from enum import Enum
from typing import Final, TypeVar

T = TypeVar("T")


class Unchanged(Enum):
    """Stands in a command for a field that was not sent; `None` there clears the field."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


def changed(sent: T | Unchanged, present: T) -> T:
    """Return what was sent, or what is there when nothing was."""
    return present if isinstance(sent, Unchanged) else sent
