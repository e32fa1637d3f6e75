"""Writing what happened into the transaction in which it happened."""

import secrets
from datetime import datetime

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Insert, Into
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_domain.shared.record import dump

_VERSION, _LARGEST_COUNT = 0x7000, 0x0FFF
_VARIANT, _SIX_BITS = 0x80, 0x3F
_RANDOM_BYTES = 8
_OUTBOX = Into(outbox, "event_id", "topic", "kind", "aggregate_id", "payload", "created_at")


def write_events(session: SqlSession) -> bool:
    """Have the session's events written at its commit, in order; return whether there are any."""
    if not session.events:
        return False
    uuids = _new_uuids(session.events[0].occurred_at, len(session.events))
    rows = [
        (
            number,
            event.topic,
            event.name,
            event.aggregate_id,
            dump(event),
            event.occurred_at,
        )
        for event, number in zip(session.events, uuids, strict=True)
    ]
    session.collect(Insert(_OUTBOX, rows))
    session.events.clear()
    return True


def _new_uuids(at: datetime, count: int) -> list[bytes]:
    """Return UUIDs of version 7 (RFC 9562): they rise with time, which indexes take easily.

    Their random parts are made of one draw; a counter keeps those of one transaction in order.
    """
    milliseconds = int(at.timestamp() * 1000).to_bytes(6, "big")
    drawn = secrets.token_bytes(_RANDOM_BYTES * count)
    return [
        milliseconds
        + (_VERSION | place & _LARGEST_COUNT).to_bytes(2, "big")
        + bytes((_VARIANT | drawn[place] & _SIX_BITS,))
        + drawn[count + place * 7 : count + place * 7 + 7]
        for place in range(count)
    ]
