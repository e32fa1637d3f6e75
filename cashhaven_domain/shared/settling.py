"""Settling operations once: one by itself, or many in turn within one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Self, TypeVar

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import AccessDenied, DomainError, KeyReused
from cashhaven_domain.shared.operations import (
    KeyedCommand,
    Operation,
    OwnKey,
    Settled,
    answer_with,
    is_kept,
    permanent_key_of,
    recall,
    refused_again,
)
from cashhaven_domain.shared.ports import UnitOfWork

T = TypeVar("T")
Command = TypeVar("Command")


async def settle_once(
    uow: UnitOfWork,
    operation: Operation | None,
    at: datetime,
    receipt_type: type[T],
    work: Callable[[], Awaitable[T]],
) -> Settled[T]:
    """Do the work, commit, and return its receipt; a repetition gets the first answer instead.

    Call it as the first thing in a unit of work. A refusal by a business rule (not found, conflict)
    undoes the work, is kept as the answer, committed and raised.

    Raises:
        KeyReused: the same key came with another content.
        OperationInUse: the same key is at work elsewhere.
        DomainError: whatever the work refuses.
    """
    if operation is None:
        receipt = await work()
        await uow.commit()
        return Settled(receipt)
    (claimed,) = await uow.operations.claim([operation], at)
    if claimed is not None:
        if isinstance(claimed, DomainError):
            raise claimed
        recalled = recall(claimed, receipt_type)
        if isinstance(recalled, DomainError):
            raise recalled
        return recalled
    try:
        async with uow.savepoint():
            outcome = Settled(await work())
    except DomainError as refusal:
        if is_kept(refusal):
            await uow.operations.settle([(operation, answer_with(refusal))])
            await uow.commit()
        raise
    await uow.operations.settle([(operation, answer_with(outcome))])
    await uow.commit()
    return outcome


@dataclass(slots=True)
class Turn(Generic[T]):
    """One member of a list that is settled in turn, and what became of it."""

    position: int
    operation: Operation | None = None
    """What must count once; none when no client can ask for it again."""
    permanent_key: str | None = None
    """The key as what is made now carries it for ever."""
    is_repetition: bool = False
    """Whether a key of our own was tried before: what it has made then is the answer."""
    outcome: Settled[T] | DomainError | None = None
    repeats: "Turn[T] | None" = None
    """An earlier member with the same key and content, whose outcome answers this one too."""

    @classmethod
    def of(cls, position: int, actor: Actor, name: str, command: KeyedCommand) -> Self:
        """Return the turn of a request."""
        key = command.operation_key
        if key is None:
            return cls(position)
        permanent_key = permanent_key_of(actor.user_id, key)
        if isinstance(key, OwnKey):
            is_repetition, key.was_tried = key.was_tried, True
            return cls(position, None, permanent_key, is_repetition)
        return cls(position, Operation.of(actor, name, command), permanent_key)

    @property
    def key_to_look_up(self) -> str | None:
        """The permanent key, if it may have made something before."""
        return self.permanent_key if self.operation is not None or self.is_repetition else None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self.outcome is None and self.repeats is None


async def claim_in_turn(
    uow: UnitOfWork, turns: Sequence[Turn[T]], at: datetime, receipt_type: type[T]
) -> list[Turn[T]]:
    """Claim the keys of the turns' operations, as the first thing in a unit of work.

    Return the turns that are open afterwards, those still to settle, in order.

    Raises:
        OperationInUse: one of the keys is at work elsewhere.
    """
    waiting = [turn for turn in turns if turn.operation is not None]
    while waiting:
        first: dict[str, Turn[T]] = {}
        for turn in waiting:
            assert turn.operation is not None
            first.setdefault(turn.operation.permanent_key, turn)
        chosen = list(first.values())
        claims = await uow.operations.claim(
            [turn.operation for turn in chosen if turn.operation is not None], at
        )
        ours: dict[str, Turn[T]] = {}
        for turn, claim in zip(chosen, claims, strict=True):
            assert turn.operation is not None
            if claim is None:
                ours[turn.operation.permanent_key] = turn
            elif isinstance(claim, DomainError):
                turn.outcome = claim
            else:
                turn.outcome = recall(claim, receipt_type)
        waiting = [turn for turn in waiting if turn not in chosen and not _repeats(turn, ours)]
    return [turn for turn in turns if turn.is_open]


def _repeats(turn: Turn[T], ours: dict[str, Turn[T]]) -> bool:
    assert turn.operation is not None
    earlier = ours.get(turn.operation.permanent_key)
    if earlier is None:
        return False
    assert earlier.operation is not None
    if earlier.operation.fingerprint == turn.operation.fingerprint:
        turn.repeats = earlier
    else:
        turn.outcome = KeyReused()
    return True


async def keep_answers(uow: UnitOfWork, turns: Sequence[Turn[T]]) -> list[Settled[T] | DomainError]:
    """Keep the answers of the turns settled now and return every turn's outcome, in order.

    A refusal that is not kept (the request itself was wrong) gives its key back.
    """
    kept, given_back = [], []
    for turn in turns:
        if turn.operation is None or turn.repeats is not None:
            continue
        outcome = turn.outcome
        assert outcome is not None
        if outcome.replayed or isinstance(outcome, KeyReused):
            continue
        if isinstance(outcome, DomainError) and not is_kept(outcome):
            given_back.append(turn.operation)
        else:
            kept.append((turn.operation, answer_with(outcome)))
    if kept:
        await uow.operations.settle(kept)
    if given_back:
        await uow.operations.release(given_back)
    return [_final(turn) for turn in turns]


def _final(turn: Turn[T]) -> Settled[T] | DomainError:
    outcome = turn.outcome if turn.repeats is None else turn.repeats.outcome
    assert outcome is not None
    if turn.repeats is None:
        return outcome
    if isinstance(outcome, Settled):
        return replace(outcome, replayed=True)
    return refused_again(outcome) if is_kept(outcome) else outcome


async def settle_admitted(
    requests: Sequence[tuple[Actor, Command]],
    permission: Permission,
    settle: Callable[
        [Sequence[tuple[Actor, Command]]], Awaitable[Sequence[Settled[T] | DomainError]]
    ],
) -> list[Settled[T] | DomainError]:
    """Settle the requests of those who have the permission; answer the others with its refusal."""
    refusals = [_refusal(actor, permission) for actor, _ in requests]
    admitted = [
        request for request, refusal in zip(requests, refusals, strict=True) if refusal is None
    ]
    answers = iter(await settle(admitted) if admitted else ())
    return [next(answers) if refusal is None else refusal for refusal in refusals]


def the_only(answers: Sequence[Settled[T] | DomainError]) -> Settled[T]:
    """Return the answer to a request that was alone.

    Raises:
        DomainError: it was refused.
    """
    (answer,) = answers
    if isinstance(answer, DomainError):
        raise answer
    return answer


def _refusal(actor: Actor, permission: Permission) -> AccessDenied | None:
    try:
        actor.require(permission)
    except AccessDenied as refusal:
        return refusal
    return None
