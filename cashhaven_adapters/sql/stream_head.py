"""The one row that says how far the stream has come."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Insert, Into, Question, Record
from cashhaven_adapters.sql.tables.stream import stream_head
from cashhaven_domain.shared.errors import Conflict
from cashhaven_domain.stream.position import StreamPosition

ONLY = 1
"""The row's id."""
_EPOCH_BYTES = 16
_HEADS = Into(stream_head, "id", "epoch", "head", "floor")

HEAD = Question(
    "stream_head",
    "SELECT epoch, head, floor FROM stream_head WHERE id = %s",
    (ONLY,),
    (bytes, int, int),
)
"""Answered by no row until somebody began the stream."""


class _SomeoneBeganIt(Conflict):
    """Another process made the row at the same moment."""


class StreamHead(NamedTuple):
    """What the row says."""

    epoch: bytes
    head: int
    floor: int

    @property
    def position(self) -> StreamPosition:
        """The place after the last event."""
        return StreamPosition(self.epoch.hex(), self.head)


def new_epoch() -> bytes:
    """Return what nobody has ever drawn before."""
    return secrets.token_bytes(_EPOCH_BYTES)


def head_in(rows: Sequence[Record]) -> StreamHead | None:
    """Return what the answer to `HEAD` says."""
    return StreamHead(*rows[0]) if rows else None


async def get_head(database: Database) -> StreamHead:
    """Return what the row says; begin the stream when nobody has.

    Raises:
        Unavailable: the database is away.
    """
    head = None
    while head is None:
        async with database.reading() as session:
            head = head_in(*await session.ask(HEAD))
        if head is None:
            await begin_stream(database)
    return head


async def begin_stream(database: Database) -> None:
    """Make the row; of several who try at the same moment, one does.

    Raises:
        Unavailable: the database is away.
    """
    row = (ONLY, new_epoch(), 0, 0)
    async with database.writing() as session:
        try:
            _ = await session.tell(Insert(_HEADS, [row], {"pk_stream_head": _SomeoneBeganIt}))
        except _SomeoneBeganIt:
            return
        await session.commit()
