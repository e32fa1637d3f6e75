"""Events that no aggregate records, in memory."""

from cashhaven_adapters.memory.staging import Staging
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.ports import Notices


class MemoryNotices(Notices):
    """They join the events of the transaction."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging

    def tell(self, event: DomainEvent) -> None:
        """See the port."""
        self._staging.events.append(event)
