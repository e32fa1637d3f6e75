"""Events as the stream keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cashhaven_domain.stream.position import StreamPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event with its place; `payload` is the text that `shared.record.dump` made of it."""

    offset: int
    event_id: str
    """32 hexadecimal digits; the same however often the event is read."""
    topic: str
    name: str
    aggregate_id: int
    payload: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """What comes next in the stream after some offset, and where the stream was before that."""

    head: StreamPosition
    """The place after the last event when it was looked for the next ones, or an earlier one."""
    events: Sequence[StoredEvent]
    """The next of those up to the head, by rising offset."""
