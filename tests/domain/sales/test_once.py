"""A sale and an order are made once per key, whatever happens to the first answer."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cashhaven_adapters.memory.operations import CLAIMED_KEYS
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.errors import DomainError, InvalidInput, KeyReused, OperationExpired
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey, OwnKey
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import InsufficientStock, PriceChanged
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from tests.support.selling import (
    balance_of,
    honest_shop,
    line,
    order,
    ordering,
    prices_are_free,
    sell,
    selling,
    stocked,
)

KEY = OperationKey("till-1/1")


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def restock(shop, product, quantity):
    command = MoveStockCommand(product_id=product, quantity=Quantity.of(quantity))
    await shop.move_stock(shop.administrator, command)


def own_key():
    return OperationKey(OwnKey(uuid4().hex))


async def number_of_sales(shop):
    return len((await shop.list_sales(shop.operator, ListSalesQuery())).items)


async def test_a_repetition_gets_the_first_receipt_and_sells_nothing(shop):
    product = await stocked(shop, 10)
    first = await sell(shop, product, operation_key=KEY)
    shop.clock.advance(timedelta(hours=23, minutes=59))
    again = await sell(shop, product, operation_key=KEY)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.receipt == first.receipt
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_an_order_is_repeated_with_all_that_it_said(shop):
    product = await stocked(shop, 10)
    items = [line(product, 2), line(product, "0.5")]
    first = await order(shop, *items, notes="Sem açúcar", operation_key=KEY)
    again = await order(shop, *items, notes="Sem açúcar", operation_key=KEY)
    assert again.replayed
    assert again.receipt == first.receipt
    assert await balance_of(shop, product) == Quantity.of("7.5")


async def test_the_same_key_with_another_content_is_refused(shop):
    product = await stocked(shop, 10)
    await sell(shop, product, operation_key=KEY)
    with pytest.raises(KeyReused):
        await sell(shop, product, quantity=Quantity.of(2), operation_key=KEY)
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_the_same_key_for_something_else_is_refused(shop):
    product = await stocked(shop, 10)
    await sell(shop, product, operation_key=KEY)
    with pytest.raises(KeyReused):
        await order(shop, line(product), operation_key=KEY)


async def test_keys_of_different_people_have_nothing_to_do_with_each_other(shop):
    product = await stocked(shop, 10)
    ours = await sell(shop, product, operation_key=KEY)
    theirs = await sell(shop, product, actor=shop.administrator, operation_key=KEY)
    assert not theirs.replayed
    assert theirs.receipt.id != ours.receipt.id


async def test_what_was_refused_stays_refused_after_restocking(shop):
    product = await stocked(shop, 0)
    with pytest.raises(InsufficientStock) as first:
        await sell(shop, product, operation_key=KEY)
    await restock(shop, product, 5)
    with pytest.raises(DomainError) as again:
        await sell(shop, product, operation_key=KEY)
    assert again.value.replayed
    assert again.value.code == "INSUFFICIENT_STOCK"
    assert again.value.sentences == first.value.sentences
    assert again.value.details == first.value.details
    assert await number_of_sales(shop) == 0


async def test_a_changed_price_is_remembered_too(shop):
    product = await stocked(shop, 5)
    with pytest.raises(PriceChanged):
        await sell(shop, product, unit_price=Money.of("1.00"), operation_key=KEY)
    await prices_are_free(shop)
    with pytest.raises(DomainError) as again:
        await sell(shop, product, unit_price=Money.of("1.00"), operation_key=KEY)
    assert (again.value.code, again.value.replayed) == ("PRICE_CHANGED", True)


async def test_what_made_no_sense_gives_its_key_back(shop):
    product = await stocked(shop, 5)
    tomorrow = shop.clock.now() + timedelta(days=1)
    with pytest.raises(InvalidInput):
        await sell(shop, product, ended_at=tomorrow, operation_key=KEY)
    shop.clock.set(tomorrow)
    assert not (await sell(shop, product, ended_at=tomorrow, operation_key=KEY)).replayed


async def test_a_key_never_makes_a_second_sale_even_after_its_answer_is_forgotten(shop):
    product = await stocked(shop, 10)
    await sell(shop, product, operation_key=KEY)
    shop.clock.advance(timedelta(hours=24, seconds=1))
    for _ in range(2):
        with pytest.raises(DomainError) as refusal:
            await sell(shop, product, operation_key=KEY)
        assert refusal.value.code == "IDEMPOTENCY_KEY_EXPIRED"
    assert await number_of_sales(shop) == 1


async def test_a_key_never_places_a_second_order_even_after_its_answer_is_forgotten(shop):
    product = await stocked(shop, 10)
    await order(shop, line(product), operation_key=KEY)
    shop.clock.advance(timedelta(hours=24, seconds=1))
    with pytest.raises(OperationExpired):
        await order(shop, line(product), operation_key=KEY)
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_a_key_of_long_ago_does_not_spoil_its_neighbours(shop):
    product = await stocked(shop, 10)
    await sell(shop, product, operation_key=KEY)
    shop.clock.advance(timedelta(hours=25))
    old, new, same = await shop.register_sales(
        [
            (shop.operator, selling(product, operation_key=KEY)),
            (shop.operator, selling(product, operation_key=OperationKey("till-1/2"))),
            (shop.operator, selling(product, operation_key=OperationKey("till-1/2"))),
        ]
    )
    assert isinstance(old, OperationExpired)
    assert not new.replayed
    assert same.replayed
    assert same.receipt == new.receipt
    assert await number_of_sales(shop) == 2


async def test_a_key_of_an_order_of_long_ago_does_not_spoil_its_neighbours(shop):
    product = await stocked(shop, 10)
    await order(shop, line(product), operation_key=KEY)
    shop.clock.advance(timedelta(hours=25))
    old, new = await shop.place_orders(
        [
            (shop.operator, ordering(line(product), operation_key=KEY)),
            (shop.operator, ordering(line(product), operation_key=OperationKey("till-1/2"))),
        ]
    )
    assert isinstance(old, OperationExpired)
    assert not new.replayed
    assert await balance_of(shop, product) == Quantity.of(8)


async def test_repetitions_within_one_list_are_answered_like_late_ones(shop):
    product = await stocked(shop, 10)
    first, reused, again = await shop.register_sales(
        [
            (shop.operator, selling(product, operation_key=KEY)),
            (shop.operator, selling(product, quantity=Quantity.of(2), operation_key=KEY)),
            (shop.operator, selling(product, operation_key=KEY)),
        ]
    )
    assert not first.replayed
    assert isinstance(reused, KeyReused)
    assert again.replayed
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_one_list_may_repeat_what_an_earlier_one_did_and_ask_for_something_else(shop):
    product = await stocked(shop, 10)
    first = await sell(shop, product, operation_key=KEY)
    same = selling(product, operation_key=KEY)
    other = selling(product, quantity=Quantity.of(2), operation_key=KEY)

    once, again, refused = await shop.register_sales(
        [(shop.operator, wish) for wish in (same, same, other)]
    )

    assert (once.replayed, once.receipt) == (True, first.receipt)
    assert (again.replayed, again.receipt) == (True, first.receipt)
    assert isinstance(refused, KeyReused)
    assert await balance_of(shop, product) == Quantity.of(9)


async def test_a_sale_under_a_key_of_our_own_is_found_again_when_it_is_repeated(shop):
    product = await stocked(shop, 10)
    key = own_key()
    first = await sell(shop, product, quantity=Quantity.of(3), operation_key=key)
    await sell(shop, product)
    again = await sell(shop, product, quantity=Quantity.of(3), operation_key=key)
    assert not again.replayed
    assert again.receipt == first.receipt
    assert await balance_of(shop, product) == Quantity.of(6)


async def test_an_order_under_a_key_of_our_own_is_found_again_when_it_is_repeated(shop):
    product = await stocked(shop, 10)
    key = own_key()
    first = await order(shop, line(product, 2), operation_key=key)
    again = await order(shop, line(product, 2), operation_key=key)
    assert not again.replayed
    assert again.receipt == first.receipt
    assert await balance_of(shop, product) == Quantity.of(8)


async def test_a_repeated_list_settles_only_what_was_not_made_before(shop):
    product = await stocked(shop, 10)
    made, new = (selling(product, operation_key=own_key()) for _ in range(2))
    (first,) = await shop.register_sales([(shop.operator, made)])
    again, other = await shop.register_sales([(shop.operator, made), (shop.operator, new)])
    assert again.receipt == first.receipt
    assert other.receipt.balance == Quantity.of(8)


async def test_no_answer_is_kept_under_a_key_of_our_own(shop):
    product = await stocked(shop, 10)
    await sell(shop, product, operation_key=own_key())
    with pytest.raises(InsufficientStock):
        await sell(shop, product, quantity=Quantity.of(99), operation_key=own_key())
    assert shop.container.adapters.store().rows(CLAIMED_KEYS) == {}
