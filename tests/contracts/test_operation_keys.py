"""The contract of OperationKeys."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import Conflict, KeyReused, OperationInUse, StorageBusy
from cashhaven_domain.shared.operations import (
    ANSWERS_KEPT,
    Answer,
    Operation,
    OperationKey,
    Outcome,
)
from cashhaven_domain.shared.record import dump
from tests.support.storages import Storage

NOW = datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)
ANSWER = Answer(Outcome.DONE, dump({"id": 7, "total": Decimal("12.50"), "nome": "Açaí"}), 7)


def an_operation(key: str = "k-1", *, by: int = 1, content: bytes = b"content") -> Operation:
    return Operation(UserId(by), OperationKey(key), "sale.register", content.ljust(32, b"."))


async def keep(
    storage: Storage, operation: Operation, answer: Answer = ANSWER, at: datetime = NOW
) -> None:
    async with storage.new_uow() as uow:
        assert await uow.operations.claim([operation], at) == [None]
        await uow.operations.settle([(operation, answer)])
        await uow.commit()


async def claimed(storage: Storage, *operations: Operation, at: datetime = NOW) -> list[object]:
    async with storage.new_uow() as uow:
        return list(await uow.operations.claim(operations, at))


async def test_a_new_key_is_ours(storage: Storage) -> None:
    assert await claimed(storage, an_operation()) == [None]


async def test_a_known_key_answers_as_before(storage: Storage) -> None:
    await keep(storage, an_operation())
    assert await claimed(storage, an_operation()) == [ANSWER]


async def test_a_refusal_is_an_answer_too(storage: Storage) -> None:
    refusal = Answer(Outcome.REFUSED, dump({"code": "INSUFFICIENT_STOCK", "sentences": ["não há"]}))
    await keep(storage, an_operation(), refusal)
    assert await claimed(storage, an_operation()) == [refusal]


async def test_a_known_key_for_something_else_is_reused(storage: Storage) -> None:
    await keep(storage, an_operation())
    (claim,) = await claimed(storage, an_operation(content=b"other"))
    assert isinstance(claim, KeyReused)


async def test_the_same_key_of_someone_else_is_another_key(storage: Storage) -> None:
    await keep(storage, an_operation(by=1))
    assert await claimed(storage, an_operation(by=2)) == [None]


async def test_keys_differ_by_the_case_of_their_letters(storage: Storage) -> None:
    await keep(storage, an_operation("abc"))
    assert await claimed(storage, an_operation("ABC")) == [None]


async def test_the_longest_key_is_kept_whole(storage: Storage) -> None:
    await keep(storage, an_operation("~" * 255))
    assert await claimed(storage, an_operation("~" * 255), an_operation("~" * 254)) == [
        ANSWER,
        None,
    ]


async def test_a_claim_vanishes_with_its_transaction(storage: Storage) -> None:
    assert await claimed(storage, an_operation()) == [None]
    assert await claimed(storage, an_operation(content=b"other")) == [None]


async def test_a_claim_vanishes_with_an_exception(storage: Storage) -> None:
    async def fail() -> None:
        async with storage.new_uow() as uow:
            _ = await uow.operations.claim([an_operation()], NOW)
            await uow.operations.settle([(an_operation(), ANSWER)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await claimed(storage, an_operation()) == [None]


async def test_a_claim_stays_when_the_work_is_undone(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        _ = await uow.operations.claim([an_operation()], NOW)
        with pytest.raises(Conflict):
            async with uow.savepoint():
                raise Conflict("not today")
        await uow.operations.settle([(an_operation(), ANSWER)])
        await uow.commit()
    assert await claimed(storage, an_operation()) == [ANSWER]


async def test_an_answer_is_forgotten_after_a_day(storage: Storage) -> None:
    await keep(storage, an_operation())
    before = NOW + ANSWERS_KEPT - timedelta(microseconds=1)
    assert await claimed(storage, an_operation(), at=before) == [ANSWER]
    assert await claimed(storage, an_operation(), at=NOW + ANSWERS_KEPT) == [None]


async def test_a_forgotten_key_may_be_used_for_something_else(storage: Storage) -> None:
    await keep(storage, an_operation())
    other, later = an_operation(content=b"other"), NOW + ANSWERS_KEPT
    await keep(storage, other, replace(ANSWER, resource_id=8), later)
    assert await claimed(storage, other, at=later) == [replace(ANSWER, resource_id=8)]


async def test_a_key_given_back_is_as_new(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        _ = await uow.operations.claim([an_operation("a"), an_operation("b")], NOW)
        await uow.operations.settle([(an_operation("a"), ANSWER)])
        await uow.operations.release([an_operation("b")])
        await uow.commit()
    assert await claimed(storage, an_operation("a"), an_operation("b", content=b"other")) == [
        ANSWER,
        None,
    ]


async def test_many_keys_are_claimed_at_once_and_answered_in_their_order(storage: Storage) -> None:
    await keep(storage, an_operation("c"))
    await keep(storage, an_operation("a"))
    await keep(storage, an_operation("e", content=b"other"))
    operations = [an_operation(key) for key in "edcba"]
    claims = await claimed(storage, *operations)
    assert isinstance(claims[0], KeyReused)
    assert claims[1:] == [None, ANSWER, None, ANSWER]


async def test_as_many_keys_as_a_group_holds(storage: Storage) -> None:
    operations = [an_operation(f"k-{number:03}") for number in range(128)]
    async with storage.new_uow() as uow:
        assert await uow.operations.claim(operations, NOW) == [None] * 128
        await uow.operations.settle([(operation, ANSWER) for operation in operations])
        await uow.commit()
    assert await claimed(storage, *operations) == [ANSWER] * 128


async def test_whoever_comes_second_waits_and_gets_the_answer(storage: Storage) -> None:
    async def second() -> list[object]:
        await first_has_claimed.wait()
        return await claimed(storage, an_operation())

    first_has_claimed = asyncio.Event()
    waiting = asyncio.create_task(second())
    async with storage.new_uow() as uow:
        _ = await uow.operations.claim([an_operation()], NOW)
        first_has_claimed.set()
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await uow.operations.settle([(an_operation(), ANSWER)])
        await uow.commit()
    assert await waiting == [ANSWER]


async def test_whoever_comes_second_takes_over_what_was_undone(storage: Storage) -> None:
    async def second() -> list[object]:
        await first_has_claimed.wait()
        return await claimed(storage, an_operation())

    first_has_claimed = asyncio.Event()
    waiting = asyncio.create_task(second())
    async with storage.new_uow() as uow:
        _ = await uow.operations.claim([an_operation()], NOW)
        first_has_claimed.set()
        await asyncio.sleep(0.1)
    assert await waiting == [None]


@pytest.mark.slow
async def test_nobody_waits_for_a_key_for_ever(storage: Storage) -> None:
    # Where there is one writer only, one waits for that and not for the key.
    refusal = StorageBusy if storage.engine == "sqlite" else OperationInUse
    async with storage.new_uow() as uow:
        _ = await uow.operations.claim([an_operation()], NOW)
        began = asyncio.get_running_loop().time()
        with pytest.raises(refusal):
            _ = await claimed(storage, an_operation("other"), an_operation())
        waited = asyncio.get_running_loop().time() - began
        await uow.operations.settle([(an_operation(), ANSWER)])
        await uow.commit()
    assert 1.9 < waited < (5.5 if storage.engine == "sqlite" else 2.8)
    assert await claimed(storage, an_operation("other"), an_operation()) == [None, ANSWER]


async def test_one_of_many_at_the_same_time_does_the_work(storage: Storage) -> None:
    async def settle_or_recall(number: int) -> object:
        async with storage.new_uow() as uow:
            (claim,) = await uow.operations.claim([an_operation()], NOW)
            if claim is None:
                mine = replace(ANSWER, resource_id=number)
                await uow.operations.settle([(an_operation(), mine)])
                await uow.commit()
                return mine
            return claim

    outcomes = await asyncio.gather(*(settle_or_recall(number) for number in range(16)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
