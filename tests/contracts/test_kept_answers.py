"""The contract of KeptAnswers."""

from datetime import UTC, datetime, timedelta

from cashhaven_adapters.memory.operations import MemoryKeptAnswers
from cashhaven_adapters.sql.kept_answers import SqlKeptAnswers
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.operations import Answer, Operation, OperationKey, Outcome
from cashhaven_domain.shared.ports import KeptAnswers
from tests.support.storages import MemoryStorage, SqlStorage, Storage

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
ANSWER = Answer(Outcome.DONE, '{"id":1}', 1)


def answers_of(storage: Storage) -> KeptAnswers:
    if isinstance(storage, SqlStorage):
        return SqlKeptAnswers(storage.database, at_once=3)
    assert isinstance(storage, MemoryStorage)
    return MemoryKeptAnswers(storage.store)


def an_operation(key: str) -> Operation:
    return Operation(UserId(1), OperationKey(key), "sale.register", b"." * 32)


async def keep(storage: Storage, count: int, at: datetime) -> None:
    async with storage.new_uow() as uow:
        operations = [an_operation(f"{at:%H%M}-{n}") for n in range(count)]
        await uow.operations.claim(operations, at)
        await uow.operations.settle([(operation, ANSWER) for operation in operations])
        await uow.commit()


async def test_old_answers_are_forgotten_and_young_ones_kept(storage: Storage) -> None:
    await keep(storage, 3, NOW)
    for minute in range(1, 5):
        await keep(storage, 1, NOW + timedelta(minutes=minute))
    await keep(storage, 2, NOW + timedelta(hours=1))

    assert await answers_of(storage).forget(before=NOW + timedelta(hours=1)) == 7

    async with storage.new_uow() as uow:
        later = NOW + timedelta(hours=2)
        assert await uow.operations.claim([an_operation("1000-0")], later) == [None]
    async with storage.new_uow() as uow:
        assert await uow.operations.claim([an_operation("1100-1")], later) == [ANSWER]


async def test_nothing_old_is_nothing_forgotten(storage: Storage) -> None:
    await keep(storage, 1, NOW)

    assert await answers_of(storage).forget(before=NOW) == 0
