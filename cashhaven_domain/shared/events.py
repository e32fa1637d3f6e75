"""What happened, told to whoever listens."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that has happened. Concrete events only ever gain fields.

    `topic` is the stream that carries it, `name` its permanent name in that stream.
    """

    topic: ClassVar[str]
    name: ClassVar[str]

    occurred_at: datetime

    @property
    def aggregate_id(self) -> int:
        """The id of what it happened to."""
        raise AssertionError(f"{type(self).__name__} names no aggregate")
