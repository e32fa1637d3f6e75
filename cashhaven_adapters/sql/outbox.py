"""Writing what happened into the transaction in which it happened."""

from uuid import uuid4

from sqlalchemy import insert

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_domain.shared.record import dump


async def write_events(session: SqlSession) -> None:
    """Write the session's events, in order."""
    if not session.events:
        return
    rows = [
        {
            "event_id": uuid4().bytes,
            "topic": event.topic,
            "kind": event.name,
            "aggregate_id": event.aggregate_id,
            "payload": dump(event),
            "created_at": event.occurred_at,
        }
        for event in session.events
    ]
    _ = await session.run(insert(outbox), rows)
    session.events.clear()
