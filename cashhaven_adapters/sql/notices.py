"""Events that no aggregate records, in SQL."""

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.ports import Notices


class SqlNotices(Notices):
    """They join the events of the transaction, which are written when it commits."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    def tell(self, event: DomainEvent) -> None:
        """See the port."""
        self._session.events.append(event)
