"""Operation keys in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import MemoryStore, Table
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import KeyReused, OperationInUse, StorageConflict
from cashhaven_domain.shared.operations import ANSWERS_KEPT, Answer, Operation, OperationKey
from cashhaven_domain.shared.ports import KeptAnswers, OperationKeys

SECONDS_TO_WAIT = 2.0

Whose: TypeAlias = tuple[UserId, OperationKey]


@dataclass(frozen=True, slots=True)
class ClaimedKey:
    """A key, what it was used for, and what that was answered."""

    fingerprint: bytes
    claimed_at: datetime
    answer: Answer | None = None


CLAIMED_KEYS = Table[Whose, ClaimedKey]("operation_keys")


class MemoryOperationKeys(OperationKeys):
    """Keys are rows of the transaction: when it is undone, so is the claim."""

    def __init__(self, staging: Staging) -> None:
        self._keys = staging.table(CLAIMED_KEYS)

    async def claim(
        self, operations: Sequence[Operation], at: datetime
    ) -> Sequence[Answer | KeyReused | None]:
        """See the port."""
        end = asyncio.get_running_loop().time() + SECONDS_TO_WAIT
        for whose in sorted(_whose(operation) for operation in operations):
            left = max(0.0, end - asyncio.get_running_loop().time())
            try:
                await self._keys.lock(whose, seconds=left)
            except StorageConflict:
                raise OperationInUse() from None
        return [await self._claim(operation, at) for operation in operations]

    async def settle(self, answers: Sequence[tuple[Operation, Answer]]) -> None:
        """See the port."""
        for operation, answer in answers:
            claimed = self._keys.find(_whose(operation))
            assert claimed is not None
            assert claimed.answer is None
            kept = ClaimedKey(claimed.fingerprint, claimed.claimed_at, answer)
            await self._keys.put(_whose(operation), kept)

    async def release(self, operations: Sequence[Operation]) -> None:
        """See the port."""
        for operation in operations:
            await self._keys.remove(_whose(operation))

    async def _claim(self, operation: Operation, at: datetime) -> Answer | KeyReused | None:
        known = self._keys.find(_whose(operation))
        if known is None or at - known.claimed_at >= ANSWERS_KEPT:
            await self._keys.put(_whose(operation), ClaimedKey(operation.fingerprint, at))
            return None
        if known.fingerprint != operation.fingerprint:
            return KeyReused()
        assert known.answer is not None, "the same key was claimed twice in one transaction"
        return known.answer


class MemoryKeptAnswers(KeptAnswers):
    """The committed answers of the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def forget(self, *, before: datetime) -> int:
        """See the port."""
        claimed = self._store.rows(CLAIMED_KEYS)
        old: dict[Whose, ClaimedKey | None] = {
            whose: None for whose, key in claimed.items() if key.claimed_at < before
        }
        self._store.apply(CLAIMED_KEYS, old)
        return len(old)


def _whose(operation: Operation) -> Whose:
    return operation.principal_id, operation.key
