"""Operations that are done once, however often they are asked for.

A client that does not know whether its request arrived repeats it with the same key and gets the
first answer again. The key is claimed and its answer kept in the transaction of the work itself.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Generic, NewType, Protocol, Self, TypeVar

from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.errors import (
    FAMILIES,
    Conflict,
    DomainError,
    NotFound,
    OperationInUse,
    StaleAggregate,
    family_of,
)
from cashhaven_domain.shared.record import Data, dump, dump_without, from_data, load

OperationKey = NewType("OperationKey", str)


class OwnKey(str):
    """A key made for a request that came without one: no client knows it.

    Only this process ever repeats such a request, when it could not learn what became of it. No
    answer has to be kept for that: what the key has made already is the answer. It remembers
    whether it was tried, since before that it cannot have made anything.
    """

    was_tried = False


ANSWERS_KEPT = timedelta(hours=24)

T = TypeVar("T")


class KeyedCommand(Protocol):
    """A command, a data class, that may carry the key under which it counts once."""

    @property
    def operation_key(self) -> OperationKey | None:
        """The client's key, or one made for it; `None` when a repetition may count again."""
        ...


@dataclass(frozen=True, slots=True)
class Operation:
    """One request that must count once: whose, under which key, what, and its fingerprint."""

    principal_id: UserId
    key: OperationKey
    name: str
    fingerprint: bytes

    @classmethod
    def of(cls, actor: Actor, name: str, command: KeyedCommand) -> Self | None:
        """Return the operation that the command asks for; `None` when it carries no key."""
        key = command.operation_key
        if key is None:
            return None
        content = dump_without("operation_key", command)
        text = f"[{dump(name)},{content}]"
        return cls(actor.user_id, key, name, hashlib.sha256(text.encode()).digest())

    @property
    def permanent_key(self) -> str:
        """The key as what it made carries it for ever, unique among all principals."""
        return permanent_key_of(self.principal_id, self.key)


def permanent_key_of(principal_id: UserId, key: OperationKey) -> str:
    """Return the key as what it makes carries it for ever, unique among all principals."""
    return f"{principal_id}:{key}"


class Outcome(StrEnum):
    """How an operation ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation was answered: the text of its receipt, or of the refusal."""

    outcome: Outcome
    text: str
    resource_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """A receipt, and whether it was given before."""

    receipt: T
    replayed: bool = False


def is_kept(refusal: DomainError) -> bool:
    """Whether a late repetition must get this refusal again instead of a new try."""
    passing = isinstance(refusal, StaleAggregate | OperationInUse)
    return isinstance(refusal, Conflict | NotFound) and not passing


def answer_with(outcome: Settled[Any] | DomainError) -> Answer:
    """Return the answer to keep."""
    if isinstance(outcome, DomainError):
        result = {
            "family": family_of(outcome).__name__,
            "code": outcome.code,
            "sentences": list(outcome.sentences),
            "details": outcome.details,
        }
        return Answer(Outcome.REFUSED, dump(result))
    return Answer(Outcome.DONE, dump(outcome.receipt), getattr(outcome.receipt, "id", None))


def recall(answer: Answer, receipt_type: type[T]) -> Settled[T] | DomainError:
    """Return what was answered before, marked as a repetition."""
    result = load(answer.text)
    if answer.outcome is Outcome.DONE:
        return Settled(from_data(receipt_type, result), replayed=True)
    return _recalled(FAMILIES[result["family"]], result)


def refused_again(refusal: DomainError) -> DomainError:
    """Return the refusal as a repetition of the operation gets it."""
    return _recalled(family_of(refusal), load(answer_with(refusal).text))


def _recalled(family: type[DomainError], result: Data) -> DomainError:
    refusal = family.__new__(family)
    DomainError.__init__(refusal, *result["sentences"])
    refusal.code = result["code"]
    refusal.recalled_details = result["details"]
    refusal.replayed = True
    return refusal
