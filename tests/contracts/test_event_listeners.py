"""The contract of those who listen for events: told of every commit that has some."""

import asyncio
from typing import Any

from cashhaven_domain.stock.product import Product, ProductId
from tests.support.products import ADDED, a_product
from tests.support.storages import Storage


async def keep(storage: Storage, *products: Product) -> None:
    async with storage.new_uow() as uow:
        for product in products:
            await uow.products.add(product)
        await uow.commit()


async def remove(uow: Any, number: int) -> None:
    product = await uow.products.get_for_update(ProductId(number))
    product.remove(at=ADDED)
    await uow.products.save(product)


async def told(storage: Storage) -> list[int]:
    return [number for _, _, number, _ in await storage.told()]


async def test_whoever_listens_is_told_of_each_commit_with_events(storage: Storage) -> None:
    calls: list[int] = []
    storage.event_listeners.append(lambda: calls.append(1))
    await keep(storage, a_product(1), a_product(2))
    assert len(calls) == 1
    async with storage.new_uow() as uow:
        await remove(uow, 1)
        assert len(calls) == 1
        await uow.commit()
    assert len(calls) == 2


async def test_listeners_are_not_told_without_events_or_commit(storage: Storage) -> None:
    calls: list[int] = []
    await keep(storage, a_product(1))
    storage.event_listeners.append(lambda: calls.append(1))
    async with storage.new_uow() as uow:
        await remove(uow, 1)
    async with storage.new_uow() as uow:
        _ = await uow.products.get_for_update(ProductId(1))
        await uow.commit()
    assert calls == []


async def test_whoever_hears_of_a_commit_finds_what_it_made(storage: Storage) -> None:
    found: list[asyncio.Task[list[int]]] = []
    storage.event_listeners.append(
        lambda: found.append(asyncio.get_running_loop().create_task(told(storage)))
    )
    await keep(storage, a_product(1))
    assert await found[0] == [1]
