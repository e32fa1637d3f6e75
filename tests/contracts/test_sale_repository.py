import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.errors import SaleNotFound
from cashhaven_domain.sales.ports import SaleNeeds
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import ProductNotFound
from cashhaven_domain.stock.product import ProductId
from tests.support.clients import a_client
from tests.support.products import a_product
from tests.support.selling import BEGAN, REGISTERED, SELLER, a_sale

ONE = SaleId(1)
SELLER_HERSELF = Actor(user_id=SELLER, name="Operadora")


def content(sale):
    return {
        name: getattr(sale, name) for name in sale.__dataclass_fields__ if name not in {"_events"}
    }


def needing(keys=(), clients=(), products=()):
    return SaleNeeds(keys=frozenset(keys), clients=frozenset(clients), products=frozenset(products))


@pytest.fixture
async def shelf(storage):
    """A storage with two products and a client."""
    async with storage.new_uow() as uow:
        await uow.clients.add(a_client(1))
        for number in (1, 2):
            await uow.products.add(a_product(number))
        await uow.commit()
    return storage


async def sell(storage, *numbers, product_id=1, **parts):
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(product_id))
        sales = [a_sale(number, product, **parts) for number in numbers]
        await uow.sales.add_many(sales)
        await uow.products.save(product)
        await uow.commit()
    return sales


async def load(storage, sale_id=ONE):
    async with storage.new_uow() as uow:
        return await uow.sales.get_for_update(sale_id)


async def save(storage, sale):
    async with storage.new_uow() as uow:
        await uow.sales.save(sale)
        await uow.commit()


async def cancel(storage, sale_id=ONE, **parts):
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(await uow.sales.get_product_id(sale_id))
        sale = await uow.sales.get_for_update(sale_id)
        usual = {"reason": "Engano", "return_stock": True, "within": timedelta(minutes=10)}
        sale.cancel(product, **usual | parts, actor=SELLER_HERSELF, at=REGISTERED)
        await uow.sales.save(sale)
        await uow.products.save(product)
        await uow.commit()
    return sale


async def test_a_sale_comes_back_equal(shelf):
    (sale,) = await sell(
        shelf,
        1,
        quantity=Quantity.of("0.35"),
        client_id=ClientId(1),
        payment=PaymentMethod.CREDIT,
        began_at=BEGAN + timedelta(microseconds=123456),
    )
    assert content(await load(shelf)) == content(sale)


async def test_a_plain_sale_comes_back_equal(shelf):
    (sale,) = await sell(shelf, 1, operation_key=None)
    assert content(await load(shelf)) == content(sale)


async def test_nothing_survives_without_commit(shelf):
    async with shelf.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(1))
        await uow.sales.add_many([a_sale(1, product)])
        await uow.products.save(product)
    with pytest.raises(SaleNotFound):
        await load(shelf)


async def test_many_sales_are_kept_at_once_and_told_once_in_order(shelf):
    before = len(await shelf.told())
    await sell(shelf, *range(1, 130), quantity=Quantity.of("0.1"))
    told = [event for event in (await shelf.told())[before:] if event[1] == "sale.registered"]
    assert [event[2] for event in told] == list(range(1, 130))
    assert told[0][3]["total"] == "1.20"


async def test_no_sales_are_kept_at_once_too(shelf):
    async with shelf.new_uow() as uow:
        await uow.sales.add_many([])
        await uow.commit()


async def test_a_cancellation_comes_back_equal_and_raises_the_version(shelf):
    await sell(shelf, 1)
    sale = await cancel(shelf, return_stock=False, reason="Caiu\tno chão")
    assert sale.version == 2
    assert content(await load(shelf)) == content(sale)


async def test_a_loaded_sale_is_detached(shelf):
    await sell(shelf, 1)
    sale = await load(shelf)
    sale.total = Money.of(1)
    assert (await load(shelf)).total == Money.of("12.00")


async def test_an_old_version_is_refused(shelf):
    await sell(shelf, 1)
    old = await load(shelf)
    await cancel(shelf)
    with pytest.raises(StaleAggregate):
        await save(shelf, old)


async def test_what_was_sold_can_be_asked_without_holding_the_sale(shelf):
    await sell(shelf, 1, product_id=2)
    async with shelf.new_uow() as uow:
        assert await uow.sales.get_product_id(ONE) == ProductId(2)


async def test_an_unknown_sale_is_not_found(shelf):
    async with shelf.new_uow() as uow:
        with pytest.raises(SaleNotFound):
            await uow.sales.get_product_id(ONE)
        with pytest.raises(SaleNotFound):
            await uow.sales.get_for_update(ONE)


async def test_used_keys_are_found_exactly(shelf):
    await sell(shelf, 1, operation_key="8:Key")
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_sales(needing(keys={"8:Key", "8:key", "8:Key ", "9:Key"}))
        sale = await uow.sales.get_by_key("8:Key")
    assert held.used_keys == {"8:Key"}
    assert content(sale) == content(await load(shelf))


async def test_a_key_makes_one_sale_for_ever(shelf):
    await sell(shelf, 1, operation_key="8:Key")
    with pytest.raises(StorageConflict):
        await sell(shelf, 2, operation_key="8:Key")
    with pytest.raises(SaleNotFound):
        await load(shelf, SaleId(2))


async def test_the_longest_key_fits(shelf):
    longest = f"{2**63 - 1}:{'~' * 255}"
    await sell(shelf, 1, operation_key=longest)
    assert (await load(shelf)).operation_key == longest


async def test_of_two_who_cancel_at_once_one_comes_late(shelf):
    await sell(shelf, 1)

    async def try_to_cancel():
        try:
            await cancel(shelf)
        except Exception as error:
            return type(error).__name__
        return "done"

    outcomes = await asyncio.gather(*(try_to_cancel() for _ in range(4)))
    assert sorted(outcomes) == ["SaleAlreadyCancelled"] * 3 + ["done"]


async def test_what_sales_need_is_held_and_what_is_missing_left_out(shelf):
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_sales(needing(clients={1, 7}, products={2, 1, 9}))
    assert held.clients == {1}
    assert list(held.products) == [1, 2]
    assert held.used_keys == frozenset()


async def test_sales_may_need_nothing(shelf):
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_sales(needing())
    assert (held.clients, dict(held.products), held.used_keys) == (frozenset(), {}, frozenset())


async def test_what_was_left_after_a_sale_can_be_asked_later(shelf):
    (first,) = await sell(shelf, 1)
    await sell(shelf, 2)
    async with shelf.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(1))
        left = await uow.products.get_balance_after(ProductId(1), first.origin)
        with pytest.raises(ProductNotFound):
            await uow.products.get_balance_after(ProductId(2), first.origin)
    assert left == product.balance + first.quantity
