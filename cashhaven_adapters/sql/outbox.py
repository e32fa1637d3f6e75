"""Writing what happened into the transaction in which it happened."""

import secrets

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Insert, Into
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_domain.shared.record import dump

_UUID_BYTES = 16
_VERSIONS = [bytes([0x40 | low]) for low in range(0x10)]
_VARIANTS = [bytes([0x80 | low]) for low in range(0x40)]
_OUTBOX = Into(outbox, "event_id", "topic", "kind", "aggregate_id", "payload", "created_at")


def write_events(session: SqlSession) -> None:
    """Have the session's events written at its commit, in order."""
    if not session.events:
        return
    rows = [
        (
            number,
            event.topic,
            event.name,
            event.aggregate_id,
            dump(event),
            event.occurred_at,
        )
        for event, number in zip(session.events, _new_uuids(len(session.events)), strict=True)
    ]
    session.collect(Insert(_OUTBOX, rows))
    session.events.clear()


def _new_uuids(count: int) -> list[bytes]:
    """Return random UUIDs (version 4), made of one draw: `uuid4` draws for each."""
    drawn = secrets.token_bytes(_UUID_BYTES * count)
    return [
        drawn[at : at + 6]
        + _VERSIONS[drawn[at + 6] & 0x0F]
        + drawn[at + 7 : at + 8]
        + _VARIANTS[drawn[at + 8] & 0x3F]
        + drawn[at + 9 : at + _UUID_BYTES]
        for at in range(0, len(drawn), _UUID_BYTES)
    ]
