"""What the stream needs from the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cashhaven_domain.shared.ports import Notices, UnitOfWork
from cashhaven_domain.stream.position import StreamPosition
from cashhaven_domain.stream.stored_event import StoredEvent, Stretch
from cashhaven_domain.users.ports import UserRepository


class EventStream(Protocol):
    """All events that have a place, in the order of their offsets, as far back as they are kept."""

    async def position(self) -> StreamPosition:
        """Return the place after the last event.

        Whatever is read of the books afterwards contains what the events up to it told.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def next_after(self, after: int, *, limit: int) -> Stretch:
        """Return the position, and the next events after an offset up to it, at most `limit`.

        It is `position` and `read` with one question to the storage.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def floor(self) -> int:
        """Return the smallest offset after which nothing is missing; 0 when all are there.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def read(
        self, after: int, *, up_to: int | None = None, topics: Sequence[str] = (), limit: int
    ) -> Sequence[StoredEvent]:
        """Return the next events after an offset, by rising offset, at most `limit`.

        `topics` chooses events of these topics only, none means all; `up_to` is the last offset
        wanted. Two processes that read the same offsets get the same events. The oldest may be
        forgotten at any time: whoever must know that none is missing asks for the floor afterwards.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class Relay(Protocol):
    """Gives committed events their places in the stream; every process may have one at work."""

    async def advance(self) -> int:
        """Give places to events that have none, the next some hundreds; return how many got one.

        0 means that none waits, or that others are giving places so fast that none was left.

        Nobody ever sees an offset before all smaller ones, whoever gives them: several that are at
        work at once take turns. No event gets two places, and no place is given twice.

        Raises:
            Unavailable: the storage is away; nothing happened, or it is found done next time.
        """
        ...

    async def waiting_since(self) -> datetime | None:
        """Return when the first event that has no place yet was recorded; `None` without any.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def forget(self, *, before: datetime, keep: int) -> int:
        """Forget events recorded before that moment, and all but the last `keep`; return how many.

        It goes by rising offset and stops at the first event that is neither old nor one too many.
        It is done in small steps, each a transaction of its own; the floor rises with every step,
        never after it. Events without a place stay.

        Raises:
            Unavailable: the storage is away; what was forgotten so far stays forgotten.
        """
        ...

    async def begin_epoch(self) -> StreamPosition:
        """Make all positions known so far void, as after a restore; return the present one.

        Offsets go on rising.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class StreamUnitOfWork(UnitOfWork, Protocol):
    """A transaction that tells people something."""

    users: UserRepository
    notices: Notices
