"""Operation keys in SQL: rows of the transaction that does the work."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Change, Insert, Into, Question, Record, listing
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_domain.shared.errors import Conflict, KeyReused, OperationInUse, StorageConflict
from cashhaven_domain.shared.operations import ANSWERS_KEPT, Answer, Operation, Outcome
from cashhaven_domain.shared.ports import OperationKeys

SECONDS_TO_WAIT = 2.0
_ROUNDS = 5

Whose: TypeAlias = tuple[int, str]
_columns = idempotency.c
_THIS = (
    _columns.principal_id == bindparam("of_principal"),
    _columns.operation_key == bindparam("of_key"),
)
_SETTLE = (
    "UPDATE idempotency SET outcome = %s, result = %s, resource_id = %s"
    " WHERE principal_id = %s AND operation_key = %s"
)
_RELEASE = "DELETE FROM idempotency WHERE principal_id = %s AND operation_key = %s"
_CLAIMED = ("principal_id", "operation_key", "operation", "fingerprint", "created_at")
_CLAIMS = Into(idempotency, *_CLAIMED)
# The rows are there: they were claimed. It is an insert because one can hold many rows.
_ANSWERS = Into(idempotency, *_CLAIMED, "outcome", "result", "resource_id")
_SETTLED = (
    " ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), result = VALUES(result),"
    " resource_id = VALUES(resource_id)"
)
_KNOWN = (
    "SELECT principal_id, operation_key, fingerprint, outcome, result, resource_id, created_at"
    " FROM idempotency"
)
_KNOWN_KINDS = (int, str, bytes, str, str, int, datetime)
_UNUSED = datetime(1970, 1, 1, tzinfo=UTC)


class _Known(Conflict):
    """At least one of the keys is there already."""


class SqlOperationKeys(OperationKeys):
    """Claiming inserts a row without an answer: whoever comes second waits for the first."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def claim(
        self, operations: Sequence[Operation], at: datetime
    ) -> Sequence[Answer | KeyReused | None]:
        """See the port."""
        try:
            async with asyncio.timeout(SECONDS_TO_WAIT):
                claims = await self._claim(operations, at)
        except TimeoutError:
            raise OperationInUse() from None
        return [claims[_whose(operation)] for operation in operations]

    async def settle(self, answers: Sequence[tuple[Operation, Answer]]) -> None:
        """See the port."""
        rows = [
            (operation, (answer.outcome.value, answer.text, answer.resource_id))
            for operation, answer in sorted(answers, key=lambda pair: _whose(pair[0]))
        ]
        if len(rows) == 1 or self._session.dialect.one_writer:
            changes = [(*values, *_whose(operation)) for operation, values in rows]
            self._session.collect(Change("idempotency", _SETTLE, changes))
        elif rows:
            whole = [(*_claim_of(operation, _UNUSED), *values) for operation, values in rows]
            self._session.collect(Insert(_ANSWERS, whole, tail=_SETTLED))

    async def release(self, operations: Sequence[Operation]) -> None:
        """See the port."""
        if operations:
            rows = sorted(map(_whose, operations))
            self._session.collect(Change("idempotency", _RELEASE, rows))

    async def _claim(
        self, operations: Sequence[Operation], at: datetime
    ) -> dict[Whose, Answer | KeyReused | None]:
        claims: dict[Whose, Answer | KeyReused | None] = {}
        # The only writer sees at once what is there; others see it by running into it.
        look_first = self._session.dialect.one_writer
        for _ in range(_ROUNDS):
            left = [operation for operation in operations if _whose(operation) not in claims]
            if look_first:
                claims |= await self._known(left, at)
                left = [operation for operation in left if _whose(operation) not in claims]
            if not left or await self._inserted(left, at):
                return claims | {_whose(operation): None for operation in left}
            look_first = True
        raise StorageConflict()

    async def _inserted(self, operations: Sequence[Operation], at: datetime) -> bool:
        """Insert all of the keys, or none when one of them is known."""
        rows = [_claim_of(operation, at) for operation in sorted(operations, key=_whose)]
        try:
            # One statement, so that all are inserted or none.
            _ = await self._session.tell(Insert(_CLAIMS, rows, {"pk_idempotency": _Known}))
        except _Known:
            return False
        return True

    async def _known(
        self, operations: Sequence[Operation], at: datetime
    ) -> dict[Whose, Answer | KeyReused | None]:
        """Return what is known of the keys; expired ones are taken over."""
        by_whose = {_whose(operation): operation for operation in operations}
        (rows,) = await self._session.ask(self._about(sorted(by_whose)))
        found: dict[Whose, Answer | KeyReused | None] = {}
        for principal_id, key, fingerprint, outcome, result, resource_id, created_at in rows:
            whose = (principal_id, key)
            if at - created_at >= ANSWERS_KEPT:
                if await self._taken_over(by_whose[whose], created_at, at):
                    found[whose] = None
            elif fingerprint != by_whose[whose].fingerprint:
                found[whose] = KeyReused()
            else:
                assert outcome is not None, "the same key was claimed twice in one transaction"
                assert result is not None
                found[whose] = Answer(Outcome(outcome), result, resource_id)
        return found

    def _about(self, whose: Sequence[Whose]) -> Question:
        pairs = ",".join(["(%s,%s)"] * len(whose))
        values: list[object] = [part for pair in whose for part in pair]
        among = f"(principal_id, operation_key) IN ({pairs})"
        if self._session.dialect.one_writer:
            # SQLite finds no pair by an index, but the parts of one.
            principals, keys = (sorted({pair[part] for pair in whose}) for part in (0, 1))
            among = f"(principal_id, operation_key) IN (VALUES {pairs})"
            among = listing("operation_key IN (...) AND ", keys) + among
            among = listing("principal_id IN (...) AND ", principals) + among
            values = [*principals, *keys, *values]
        return Question("idempotency", f"{_KNOWN} WHERE {among}", values, _KNOWN_KINDS)

    async def _taken_over(self, operation: Operation, was: datetime, at: datetime) -> bool:
        changes: dict[str, Any] = {
            "operation": operation.name,
            "fingerprint": operation.fingerprint,
            "outcome": None,
            "result": None,
            "resource_id": None,
            "created_at": at,
        }
        changed = await self._session.run(
            update(idempotency).where(*_THIS, _columns.created_at == was).values(changes),
            {"of_principal": operation.principal_id, "of_key": operation.key},
        )
        return changed == 1


def _whose(operation: Operation) -> Whose:
    return operation.principal_id, operation.key


def _claim_of(operation: Operation, at: datetime) -> Record:
    return (
        operation.principal_id,
        operation.key,
        operation.name,
        operation.fingerprint,
        at,
    )
