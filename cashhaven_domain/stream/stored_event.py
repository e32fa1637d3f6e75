"""An event as the stream keeps it."""

from dataclasses import dataclass
from datetime import datetime


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
