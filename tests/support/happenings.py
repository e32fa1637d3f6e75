"""Events that no area records, for tests of the stream alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.stream.ports import EventStream
from cashhaven_domain.stream.stored_event import StoredEvent
from tests.support.storages import Storage

NOON = datetime(2024, 1, 15, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(DomainEvent):
    """Something with a number."""

    topic: ClassVar[str] = "till"
    name: ClassVar[str] = "till.happened"

    occurred_at: datetime = NOON
    number: int

    @property
    def aggregate_id(self) -> int:
        return self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooked(Happened):
    """The same of another topic."""

    topic: ClassVar[str] = "kitchen"
    name: ClassVar[str] = "kitchen.cooked"


def record(uow: Any, *events: DomainEvent) -> None:
    """Have the events become durable with the transaction."""
    for event in events:
        uow.notices.tell(event)


async def happen(storage: Storage, numbers: Iterable[int], at: datetime = NOON) -> None:
    """Commit a transaction in which these happened."""
    async with storage.new_uow() as uow:
        record(uow, *(Happened(number=number, occurred_at=at) for number in numbers))
        await uow.commit()


async def everything(stream: EventStream, after: int = 0) -> Sequence[StoredEvent]:
    """Return all events after the offset."""
    return await stream.read(after, limit=1_000_000)


def numbers_of(events: Iterable[StoredEvent]) -> list[int]:
    """Return what happened."""
    return [event.aggregate_id for event in events]
