"""The contract of NumberSequence."""

import asyncio

from tests.support.storages import Storage


async def test_numbers_begin_at_one_and_rise(storage: Storage) -> None:
    numbers = storage.numbers("sale")
    taken = [number for _ in range(25) for number in await numbers.take()]
    assert taken[0] == 1
    assert taken == sorted(set(taken))


async def test_several_are_taken_at_once(storage: Storage) -> None:
    numbers = storage.numbers("sale", block=10)
    assert list(await numbers.take(3)) == [1, 2, 3]
    more = list(await numbers.take(64))
    assert len(more) == 64
    assert more == sorted(set(more))
    assert more[0] > 3


async def test_sequences_do_not_disturb_one_another(storage: Storage) -> None:
    assert list(await storage.numbers("sale").take(2)) == [1, 2]
    assert list(await storage.numbers("order").take(2)) == [1, 2]


async def test_nobody_gets_a_number_twice_not_even_another_process(storage: Storage) -> None:
    sequences = [storage.numbers("sale", block=3) for _ in range(4)]
    takes = [sequence.take(count) for sequence in sequences for count in (1, 2, 5) * 4]
    taken = [number for numbers in await asyncio.gather(*takes) for number in numbers]
    assert len(taken) == len(set(taken)) == 4 * 4 * 8


async def test_numbers_go_on_after_a_restart(storage: Storage) -> None:
    (last,) = (await storage.numbers("sale").take(10))[-1:]
    (first,) = await storage.numbers("sale").take()
    assert first > last


async def test_numbers_taken_by_undone_work_are_lost(storage: Storage) -> None:
    numbers = storage.numbers("sale", block=1)
    (lost,) = await numbers.take()
    async with storage.new_uow():
        pass
    (next_number,) = await numbers.take()
    assert next_number > lost


async def test_takers_of_few_and_of_many_at_once_get_different_numbers(storage: Storage) -> None:
    numbers = storage.numbers("sale", block=3)
    taken = list(await numbers.take())
    for wanted in ([5, 1, 1], [1, 128, 1, 1], [2, 7, 1, 1, 4]):
        for some, count in zip(
            await asyncio.gather(*(numbers.take(count) for count in wanted)), wanted, strict=True
        ):
            assert len(some) == count
            taken += some
    assert len(taken) == len(set(taken))
