"""Writing what happened into the transaction in which it happened."""

from uuid import uuid4

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Insert, Into
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_domain.shared.record import dump

_OUTBOX = Into(outbox, "event_id", "topic", "kind", "aggregate_id", "payload", "created_at")


def write_events(session: SqlSession) -> None:
    """Have the session's events written at its commit, in order."""
    if not session.events:
        return
    rows = [
        (
            uuid4().bytes,
            event.topic,
            event.name,
            event.aggregate_id,
            dump(event),
            event.occurred_at,
        )
        for event in session.events
    ]
    session.collect(Insert(_OUTBOX, rows))
    session.events.clear()
