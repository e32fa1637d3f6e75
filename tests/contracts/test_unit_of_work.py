"""The contract of UnitOfWork, on the example of the stock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import Conflict, StorageConflict
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.errors import InsufficientStock, ProductNotFound
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.telling import tell_balances
from tests.support.storages import Storage

NOW = datetime(2024, 1, 15, 10, 0, tzinfo=UTC)
SELLER = UserId(7)


def a_product(number: int, *, balance: str = "10") -> Product:
    return Product.add(
        id=ProductId(number),
        name=f"Produto {number}",
        supplier="Amazônia",
        unit=Unit.PIECE,
        purchase_price=Money.of("1.00"),
        sale_price=Money.of("2.00"),
        minimum=None,
        balance=Quantity.of(balance),
        by=SELLER,
        at=NOW,
    )


async def keep(storage: Storage, *products: Product) -> None:
    async with storage.new_uow() as uow:
        for product in products:
            await uow.products.add(product)
        await uow.commit()


async def take_out(uow: Any, number: int, quantity: str = "1") -> None:
    product = await uow.products.get_for_update(ProductId(number))
    product.withdraw(Quantity.of(quantity), by=SELLER, at=NOW)
    tell_balances([product], Quantity.zero(), NOW)
    await uow.products.save(product)


async def balance(storage: Storage, number: int) -> str:
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(number))
        return str(product.balance)


async def told(storage: Storage) -> list[tuple[str, int]]:
    return [(name, number) for _, name, number, _ in await storage.told()]


async def undone_by(error: type[Exception], work: Callable[[], Awaitable[None]]) -> None:
    with pytest.raises(error):
        await work()


async def test_what_was_committed_stays(storage: Storage) -> None:
    await keep(storage, a_product(1, balance="2.5"))
    assert await balance(storage, 1) == "2,5"


async def test_nothing_stays_without_commit(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        await uow.products.add(a_product(1))
    with pytest.raises(ProductNotFound):
        _ = await balance(storage, 1)
    assert await told(storage) == []


async def test_nothing_stays_after_an_exception(storage: Storage) -> None:
    await keep(storage, a_product(1))
    before = await told(storage)

    async def work() -> None:
        async with storage.new_uow() as uow:
            await take_out(uow, 1)
            raise ZeroDivisionError

    await undone_by(ZeroDivisionError, work)
    assert await balance(storage, 1) == "10"
    assert await told(storage) == before


async def test_nothing_stays_after_a_cancellation(storage: Storage) -> None:
    await keep(storage, a_product(1))
    has_taken = asyncio.Event()

    async def work() -> None:
        async with storage.new_uow() as uow:
            await take_out(uow, 1)
            has_taken.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await has_taken.wait()
    _ = task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await balance(storage, 1) == "10"


async def test_what_is_not_saved_does_not_change(storage: Storage) -> None:
    await keep(storage, a_product(1))
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(1))
        product.withdraw(Quantity.of(1), by=SELLER, at=NOW)
        await uow.commit()
    assert await balance(storage, 1) == "10"


async def test_a_transaction_sees_its_own_changes(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        await uow.products.add(a_product(1))
        await take_out(uow, 1)
        await take_out(uow, 1)
        await uow.commit()
    assert await balance(storage, 1) == "8"


async def test_a_savepoint_undoes_its_stretch_only(storage: Storage) -> None:
    async def fail(uow: Any) -> None:
        async with uow.savepoint():
            await take_out(uow, 1, "5")
            raise Conflict("no")

    await keep(storage, a_product(1))
    async with storage.new_uow() as uow:
        await take_out(uow, 1, "1")
        with pytest.raises(Conflict):
            await fail(uow)
        async with uow.savepoint():
            await take_out(uow, 1, "2")
        await uow.commit()
    assert await balance(storage, 1) == "7"
    told = [data["balances"] for _, name, _, data in await storage.told() if "balance_" in name]
    assert [[now["balance"] for now in balances] for balances in told] == [["9"], ["7"]]


async def test_savepoints_may_be_nested(storage: Storage) -> None:
    async def fail_outside(uow: Any) -> None:
        async with uow.savepoint():
            await take_out(uow, 1, "1")
            async with uow.savepoint():
                await take_out(uow, 1, "2")
            raise Conflict("no")

    async def fail_inside(uow: Any) -> None:
        async with uow.savepoint():
            await take_out(uow, 1, "5")
            raise Conflict("no")

    await keep(storage, a_product(1))
    async with storage.new_uow() as uow:
        with pytest.raises(Conflict):
            await fail_outside(uow)
        async with uow.savepoint():
            await take_out(uow, 1, "3")
            with pytest.raises(Conflict):
                await fail_inside(uow)
        await uow.commit()
    assert await balance(storage, 1) == "7"


async def test_a_refusal_by_the_storage_leaves_the_rest_of_the_transaction(
    storage: Storage,
) -> None:
    async def add_twice(uow: Any) -> None:
        async with uow.savepoint():
            twin = a_product(2)
            twin.relabel(name="Produto 1", supplier="Amazônia", minimum=None, at=NOW)
            await uow.products.add(twin)

    await keep(storage, a_product(1))
    async with storage.new_uow() as uow:
        await take_out(uow, 1)
        with pytest.raises(Conflict):
            await add_twice(uow)
        await uow.commit()
    assert await balance(storage, 1) == "9"


async def test_events_are_told_once_and_in_order(storage: Storage) -> None:
    await keep(storage, a_product(1), a_product(2))
    async with storage.new_uow() as uow:
        await take_out(uow, 2)
        await take_out(uow, 1)
        await take_out(uow, 2)
        await uow.commit()
    assert await told(storage) == [
        ("stock.product_changed", 1),
        ("stock.product_changed", 2),
        ("stock.balance_changed", 2),
        ("stock.balance_changed", 1),
        ("stock.balance_changed", 2),
    ]


async def test_parallel_sales_never_take_more_than_there_is(storage: Storage) -> None:
    await keep(storage, a_product(1, balance="20"))

    async def sell() -> int:
        async with storage.new_uow() as uow:
            try:
                product = await uow.products.get_for_update(ProductId(1))
                if product.balance < Quantity.of(1):
                    raise InsufficientStock([product.shortage()])
                product.withdraw(Quantity.of(1), by=SELLER, at=NOW)
                tell_balances([product], Quantity.zero(), NOW)
            except InsufficientStock:
                return 0
            await uow.products.save(product)
            await uow.commit()
        return 1

    sold = sum(await asyncio.gather(*(sell() for _ in range(32))))
    assert sold == 20
    assert await balance(storage, 1) == "0"
    changes = [entry for entry in await told(storage) if entry[0] == "stock.balance_changed"]
    assert len(changes) == 20


@pytest.mark.slow
async def test_whoever_holds_rows_crosswise_gets_a_conflict_not_a_hang(storage: Storage) -> None:
    if storage.engine == "sqlite":
        pytest.skip("one writer cannot cross another")
    await keep(storage, a_product(1), a_product(2))
    both_hold = asyncio.Barrier(2)

    async def cross(first: int, second: int) -> bool:
        async with storage.new_uow() as uow:
            await take_out(uow, first)
            _ = await both_hold.wait()
            try:
                await take_out(uow, second)
            except StorageConflict:
                return False
            await uow.commit()
        return True

    outcomes = await asyncio.gather(cross(1, 2), cross(2, 1))
    done = sum(outcomes)
    assert done < 2
    assert await balance(storage, 1) == await balance(storage, 2) == str(10 - done)
