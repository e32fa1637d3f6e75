"""Operation keys in SQL: rows of the transaction that does the work."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select, text, tuple_, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_adapters.sql.types import Moment
from cashhaven_domain.shared.errors import Conflict, KeyReused, OperationInUse, StorageConflict
from cashhaven_domain.shared.operations import ANSWERS_KEPT, Answer, Operation, Outcome
from cashhaven_domain.shared.ports import OperationKeys

SECONDS_TO_WAIT = 2.0
_ROUNDS = 5

Whose: TypeAlias = tuple[int, str]
_columns = idempotency.c
_WHOSE = tuple_(_columns.principal_id, _columns.operation_key)
_THIS = (
    _columns.principal_id == bindparam("of_principal"),
    _columns.operation_key == bindparam("of_key"),
)
_SETTLE = (
    update(idempotency)
    .where(*_THIS)
    .values({name: bindparam(name) for name in ("outcome", "result", "resource_id")})
)
# The rows are there: they were claimed. It is an insert because the drivers send many rows of an
# insert in one text, and many updates one by one.
_SETTLE_MANY = text(
    "INSERT INTO idempotency (principal_id, operation_key, operation, fingerprint, created_at,"
    " outcome, result, resource_id)"
    " VALUES (:of_principal, :of_key, :of_name, :of_fingerprint, :unused,"
    " :outcome, :result, :resource_id)"
    " ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), result = VALUES(result),"
    " resource_id = VALUES(resource_id)"
).bindparams(bindparam("unused", datetime(1970, 1, 1, tzinfo=UTC), type_=Moment()))


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
            {
                "of_principal": operation.principal_id,
                "of_key": operation.key,
                "of_name": operation.name,
                "of_fingerprint": operation.fingerprint,
                "outcome": answer.outcome.value,
                "result": answer.text,
                "resource_id": answer.resource_id,
            }
            for operation, answer in sorted(answers, key=lambda pair: _whose(pair[0]))
        ]
        in_one_text = len(rows) > 1 and not self._session.dialect.one_writer
        _ = await self._session.run(_SETTLE_MANY if in_one_text else _SETTLE, rows)

    async def release(self, operations: Sequence[Operation]) -> None:
        """See the port."""
        rows = [
            {"of_principal": operation.principal_id, "of_key": operation.key}
            for operation in sorted(operations, key=_whose)
        ]
        _ = await self._session.run(delete(idempotency).where(*_THIS), rows)

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
        rows = [
            {
                "principal_id": operation.principal_id,
                "operation_key": operation.key,
                "operation": operation.name,
                "fingerprint": operation.fingerprint,
                "created_at": at,
            }
            for operation in sorted(operations, key=_whose)
        ]
        try:
            # One text, so that all are inserted or none.
            _ = await self._session.run(
                insert(idempotency), rows, refusals={"pk_idempotency": _Known}
            )
        except _Known:
            return False
        return True

    async def _known(
        self, operations: Sequence[Operation], at: datetime
    ) -> dict[Whose, Answer | KeyReused | None]:
        """Return what is known of the keys; expired ones are taken over."""
        by_whose = {_whose(operation): operation for operation in operations}
        rows = await self._session.rows(
            select(
                _columns.principal_id,
                _columns.operation_key,
                _columns.fingerprint,
                _columns.outcome,
                _columns.result,
                _columns.resource_id,
                _columns.created_at,
            ).where(self._among(sorted(by_whose)))
        )
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

    def _among(self, whose: Sequence[Whose]) -> ColumnElement[bool]:
        these = _WHOSE.in_(whose)
        if not self._session.dialect.one_writer:
            return these
        # SQLite finds no pair by an index, but the parts of one.
        principals, keys = ({pair[part] for pair in whose} for part in (0, 1))
        return and_(
            _columns.principal_id.in_(sorted(principals)),
            _columns.operation_key.in_(sorted(keys)),
            these,
        )

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
