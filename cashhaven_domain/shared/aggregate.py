"""What all aggregates share."""

from dataclasses import dataclass, field

from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.events import DomainEvent


@dataclass(slots=True, eq=False, kw_only=True)
class Aggregate:
    """Something with an identity, changed by its verbs only, that remembers what happened to it.

    `version` is the number of its stored state; the storage raises it with every saved change.
    """

    version: int = 1
    _events: list[DomainEvent] = field(default_factory=list, init=False, repr=False)

    @property
    def version_when_saved(self) -> int:
        """The version that the storage will give it: what the events of a change name."""
        return self.version + 1

    def record(self, event: DomainEvent) -> None:
        """Remember that something happened."""
        self._events.append(event)

    def take_events(self) -> tuple[DomainEvent, ...]:
        """Hand over what happened since the last call; storages call it when they save."""
        events = tuple(self._events)
        self._events.clear()
        return events

    def expect_version(self, version: int | None) -> None:
        """Refuse a change that was based on another version; `None` is based on none.

        Raises:
            StaleAggregate: someone was faster.
        """
        if version is not None and version != self.version:
            raise StaleAggregate()
