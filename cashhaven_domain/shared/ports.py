"""What every area needs from the outside."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from cashhaven_domain.shared.errors import KeyReused
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.operations import Answer, Operation


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        ...


class NumberSequence(Protocol):
    """Gives out numbers that nobody else ever gets, not even after a restart or a restore."""

    async def take(self, count: int = 1) -> Sequence[int]:
        """Return `count` fresh numbers from 1 upwards, rising.

        Numbers that are not used are lost: gaps are normal. Never call it inside a unit of work:
        it may need a transaction of its own.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class OperationKeys(Protocol):
    """Remembers which operations were done and what was answered; part of the transaction."""

    async def claim(
        self, operations: Sequence[Operation], at: datetime
    ) -> Sequence[Answer | KeyReused | None]:
        """Claim the keys of the operations, all different; the first statement of a transaction.

        Return for each: `None` when the key is ours now, the answer it was given when it is known,
        or `KeyReused` when it is known for something else. Answers older than `ANSWERS_KEPT` count
        as unknown. When another transaction holds a key, wait for its end, at most two seconds.

        Raises:
            OperationInUse: another transaction still holds one of the keys.
        """
        ...

    async def settle(self, answers: Sequence[tuple[Operation, Answer]]) -> None:
        """Keep the answers of operations claimed in this transaction."""
        ...

    async def release(self, operations: Sequence[Operation]) -> None:
        """Give back keys claimed in this transaction, as if they had never been used."""
        ...


class Notices(Protocol):
    """Takes events that no aggregate records; part of the transaction."""

    def tell(self, event: DomainEvent) -> None:
        """Have the event become durable with the transaction, after those recorded before it."""
        ...


class KeptAnswers(Protocol):
    """Holds the answers of operations, for as long as they may be asked for again."""

    async def forget(self, *, before: datetime) -> int:
        """Forget what was claimed before that moment and return how much that was.

        It is done in small steps, each a transaction of its own, so that nobody waits for it.

        Raises:
            Unavailable: the storage is away; what was forgotten so far stays forgotten.
        """
        ...


class UnitOfWork(Protocol):
    """One transaction, used by one task at a time.

    Leaving it without `commit` undoes everything. Aggregates come out detached: a change exists
    when it is passed to `save` and is durable when `commit` has returned. The events that saved
    aggregates recorded become durable with them.
    """

    operations: OperationKeys

    async def __aenter__(self) -> Self:
        """Begin.

        Raises:
            Unavailable: the storage is away or too busy.
        """
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Undo what was not committed, and let go."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Return a stretch of the transaction that is undone when an exception leaves it."""
        ...

    async def commit(self) -> None:
        """Make everything durable, at once.

        Raises:
            StaleAggregate: a saved aggregate was changed by someone else in the meantime.
            StorageConflict: the storage undid the transaction; nothing happened.
            StorageLost: the connection broke before; nothing happened.
            OutcomeUnknown: the connection broke on the way.
        """
        ...
