import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.errors import BalanceBelowZero, DuplicateProduct, ProductNotFound
from cashhaven_domain.stock.movement import Origin, OriginKind, Reason
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.telling import tell_balances
from tests.support.products import ADDED, KEEPER, a_product

ONE, TWO = ProductId(1), ProductId(2)
LATER = ADDED + timedelta(days=1)
SELLER = UserId(8)
SALE = Origin(OriginKind.SALE, 12)


def content(product):
    return (
        product.id,
        product.name,
        product.supplier,
        product.unit,
        product.purchase_price,
        product.sale_price,
        product.average_cost,
        product.minimum,
        product.balance,
        product.active,
        product.version,
    )


async def add(storage, *products):
    async with storage.new_uow() as uow:
        for product in products:
            await uow.products.add(product)
        await uow.commit()


async def load(storage, product_id=ONE):
    async with storage.new_uow() as uow:
        return await uow.products.get_for_update(product_id)


async def save(storage, *products):
    async with storage.new_uow() as uow:
        await uow.products.save_many(products)
        await uow.commit()


async def change(storage, verb, product_id=ONE):
    """Load a product, do something with it and save it, in one transaction."""
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(product_id)
        verb(product)
        await uow.products.save(product)
        await uow.commit()
    return product


async def ledger(storage, product_id=ONE):
    page = await storage.product_queries.list_movements(product_id, Period(), PageRequest())
    return sorted(page.items, key=lambda row: row.id)


def selling(quantity, origin=SALE):
    return lambda product: product.sell(Quantity.of(quantity), origin=origin, by=SELLER, at=LATER)


async def test_a_product_comes_back_equal(storage):
    product = a_product(
        name="\ufdfa😀" * 60,
        supplier="Fornecedor '\"%_\\",
        unit=Unit.KILOGRAM,
        purchase_price=Money.of("0.01"),
        sale_price=Money.of("9999999.99"),
        minimum=Quantity.of("0.001"),
        balance=Quantity.of("99999.999"),
    )
    await add(storage, product)
    assert content(await load(storage)) == content(product)


async def test_what_came_back_has_done_nothing_yet(storage):
    await add(storage, a_product())
    product = await load(storage)
    assert (product.movements, product.prices, product.card_changed) == ((), (), False)
    assert product.take_events() == ()


async def test_nothing_survives_without_a_commit(storage):
    async with storage.new_uow() as uow:
        await uow.products.add(a_product())
    with pytest.raises(ProductNotFound):
        await load(storage)
    assert await storage.told() == []
    assert await ledger(storage) == []


async def test_nothing_survives_an_exception(storage):
    await add(storage, a_product())

    async def fail_after_saving():
        async with storage.new_uow() as uow:
            product = await uow.products.get_for_update(ONE)
            selling(3)(product)
            await uow.products.save(product)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_saving()
    assert (await load(storage)).balance == Quantity.of(100)
    assert len(await ledger(storage)) == 1


async def test_a_loaded_product_is_detached(storage):
    await add(storage, a_product())
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ONE)
        selling(3)(product)
        product.relabel(name="Outro", supplier="Outro", minimum=None, at=LATER)
        await uow.commit()
    assert content(await load(storage)) == content(a_product())


async def test_a_change_after_saving_is_not_kept(storage):
    await add(storage, a_product())
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ONE)
        selling(3)(product)
        await uow.products.save(product)
        selling(4)(product)
        await uow.commit()
    assert (await load(storage)).balance == Quantity.of(97)


async def test_a_product_can_be_saved_again_and_again(storage):
    await add(storage, a_product())
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ONE)
        for quantity in (3, 4):
            selling(quantity)(product)
            product.change_prices(Money.of(10 + quantity), by=KEEPER, at=LATER)
            await uow.products.save(product)
        await uow.commit()
    kept = await load(storage)
    assert (kept.balance, kept.version) == (Quantity.of(93), 3)
    assert len(await ledger(storage)) == 3


async def test_what_changed_nothing_is_not_saved(storage):
    await add(storage, a_product())
    told = len(await storage.told())
    await change(storage, lambda product: None)
    assert (await load(storage)).version == 1
    assert len(await storage.told()) == told


async def test_a_movement_is_kept_with_all_that_is_known_of_it(storage):
    await add(storage, a_product())
    await change(
        storage,
        lambda product: product.put_back(
            Quantity.of("0.35"), lost=True, origin=SALE, note="caiu\n\tno chão", by=SELLER, at=LATER
        ),
    )
    opening, back, loss = await ledger(storage)
    assert (opening.reason, opening.origin, opening.note) == (Reason.OPENING, None, None)
    assert (opening.user_id, opening.at, opening.product_id) == (KEEPER, ADDED, ONE)
    assert (back.reason, back.quantity, back.origin) == (
        Reason.CANCELLATION,
        Quantity.of("0.35"),
        SALE,
    )
    assert (loss.reason, loss.quantity, loss.note) == (
        Reason.LOSS,
        Quantity.of("-0.35"),
        "caiu\n\tno chão",
    )
    assert (loss.balance_before, loss.balance_after) == (Quantity.of("100.35"), Quantity.of(100))
    assert (loss.user_id, loss.at) == (SELLER, LATER)


async def test_the_ledger_adds_up_to_the_balance(storage):
    await add(storage, a_product(balance=Quantity.of("0.999")))
    for number in range(1, 6):
        await change(
            storage, lambda product: product.receive(Quantity.of("7.001"), by=KEEPER, at=LATER)
        )
        await change(storage, selling(number))
    rows = await ledger(storage)
    assert len(rows) == 11
    assert sum(row.quantity.amount for row in rows) == (await load(storage)).balance.amount


async def test_a_delivery_moves_the_average_cost_and_the_prices(storage):
    await add(storage, a_product())
    await change(
        storage,
        lambda product: product.receive(
            Quantity.of(50), purchase_price=Money.of("7"), by=KEEPER, at=LATER
        ),
    )
    kept = await load(storage)
    assert kept.average_cost == UnitCost(Decimal("6"))
    assert (kept.purchase_price, kept.version) == (Money.of("7"), 2)
    prices = await storage.product_queries.list_prices(ONE, PageRequest())
    assert [view.purchase_price for view in prices.items] == [Money.of("5.50"), Money.of("7")]


async def test_movements_do_not_make_a_card_stale(storage):
    await add(storage, a_product())
    card = await load(storage)
    card.relabel(name="Outro", supplier="Outro", minimum=Quantity.of(1), at=LATER)
    await change(storage, selling(3))
    await save(storage, card)
    kept = await load(storage)
    assert (kept.name, kept.balance, kept.version) == ("Outro", Quantity.of(97), 2)
    assert card.version == 2


async def test_corrections_do_not_make_a_movement_stale(storage):
    await add(storage, a_product())
    moved = await load(storage)
    selling(3)(moved)
    await change(
        storage,
        lambda product: product.relabel(name="Outro", supplier="ABC", minimum=None, at=LATER),
    )
    await save(storage, moved)
    kept = await load(storage)
    assert (kept.name, kept.balance, kept.version) == ("Outro", Quantity.of(97), 2)


async def test_a_card_based_on_an_old_version_is_refused(storage):
    await add(storage, a_product())
    first, second = await load(storage), await load(storage)
    for card, name in ((first, "Primeiro"), (second, "Segundo")):
        card.relabel(name=name, supplier="ABC", minimum=None, at=LATER)
    await save(storage, first)
    with pytest.raises(StaleAggregate):
        await save(storage, second)
    kept = await load(storage)
    assert (kept.name, kept.version) == ("Primeiro", 2)


async def test_the_guard_holds_whatever_was_loaded(storage):
    await add(storage, a_product(balance=Quantity.of(5)))
    first, second = await load(storage), await load(storage)
    selling(3)(first)
    selling(3)(second)
    await save(storage, first)
    with pytest.raises(StaleAggregate):
        await save(storage, second)
    assert (await load(storage)).balance == Quantity.of(2)
    assert len(await ledger(storage)) == 2


async def test_the_last_piece_may_go(storage):
    await add(storage, a_product(balance=Quantity.of("0.001")))
    await change(storage, selling("0.001"))
    assert (await load(storage)).balance == Quantity.zero()


async def test_nothing_is_taken_of_a_product_that_was_removed_meanwhile(storage):
    await add(storage, a_product())
    sold, back = await load(storage), await load(storage)
    selling(3)(sold)
    back.put_back(Quantity.of(3), origin=SALE, by=SELLER, at=LATER)
    await change(storage, lambda product: product.remove(at=LATER))
    with pytest.raises(StaleAggregate):
        await save(storage, sold)
    await save(storage, back)
    assert (await load(storage)).balance == Quantity.of(103)


async def test_one_refused_balance_refuses_all_that_are_saved_with_it(storage):
    await add(storage, *(a_product(number, balance=Quantity.of(5)) for number in (1, 2, 3)))
    loaded = [await load(storage, ProductId(number)) for number in (1, 2, 3)]
    await change(storage, selling(4), TWO)
    for product in loaded:
        selling(2)(product)
    with pytest.raises(StaleAggregate):
        await save(storage, *loaded)
    balances = [(await load(storage, ProductId(number))).balance for number in (1, 2, 3)]
    assert balances == [Quantity.of(5), Quantity.of(1), Quantity.of(5)]


async def test_very_many_products_are_saved_at_once(storage):
    numbers = [ProductId(number) for number in range(1, 301)]
    await add(storage, *(a_product(number) for number in numbers))
    async with storage.new_uow() as uow:
        loaded = await uow.products.get_many_for_update(set(numbers))
        assert list(loaded) == numbers
        for number, product in loaded.items():
            product.sell(Quantity(Decimal(number) / 1000), origin=SALE, by=SELLER, at=LATER)
            if number % 7 == 0:
                product.receive(Quantity.of(1), purchase_price=Money.of("6"), by=SELLER, at=LATER)
        await uow.products.save_many(reversed(loaded.values()))
        await uow.commit()
    async with storage.new_uow() as uow:
        kept = await uow.products.get_many_for_update(numbers)
    for number, product in kept.items():
        assert content(product) == content(loaded[number])
        expected = Decimal(100) - Decimal(number) / 1000 + (number % 7 == 0)
        assert product.balance.amount == expected
        assert (product.average_cost.amount == Decimal("5.5")) == (number % 7 != 0)


async def test_an_unknown_product_is_refused_or_left_out(storage):
    await add(storage, a_product())
    with pytest.raises(ProductNotFound):
        await load(storage, TWO)
    async with storage.new_uow() as uow:
        assert await uow.products.get_many_for_update([]) == {}
        assert list(await uow.products.get_many_for_update([TWO, ONE])) == [ONE]


async def test_a_removed_product_is_still_loaded(storage):
    await add(storage, a_product())
    await change(storage, lambda product: product.remove(at=LATER))
    kept = await load(storage)
    assert (kept.active, kept.version) == (False, 2)


@pytest.mark.parametrize(
    ("name", "supplier"),
    [
        ("Açaí 500ml", "Fornecedor ABC"),
        ("acai  500ML", "FORNECEDOR ABC"),
        ("Ac\u0327aí 500ml ", "fornecedor abc"),
    ],
)
async def test_a_name_from_a_supplier_is_unique_however_it_is_spelt(storage, name, supplier):
    await add(storage, a_product())
    with pytest.raises(DuplicateProduct):
        await add(storage, a_product(2, name=name, supplier=supplier))
    with pytest.raises(ProductNotFound):
        await load(storage, TWO)


@pytest.mark.parametrize(
    ("name", "supplier"), [("Açaí 500ml", "Outro"), ("Açaí 501ml", "Fornecedor ABC")]
)
async def test_another_name_or_another_supplier_is_another_product(storage, name, supplier):
    await add(storage, a_product(), a_product(2, name=name, supplier=supplier))
    assert (await load(storage, TWO)).name == name


async def test_a_name_becomes_free_when_its_product_is_removed_or_renamed(storage):
    await add(storage, a_product())
    await change(storage, lambda product: product.remove(at=LATER))
    await add(storage, a_product(2, name="Açaí 500ml"))
    await change(storage, lambda product: product.remove(at=LATER), TWO)
    await add(storage, a_product(3, name="Açaí 500ml"))
    await change(
        storage,
        lambda product: product.relabel(
            name="Outro", supplier="Fornecedor ABC", minimum=None, at=LATER
        ),
        ProductId(3),
    )
    await add(storage, a_product(4, name="Açaí 500ml"))


async def test_a_correction_makes_no_duplicate(storage):
    await add(storage, a_product(), a_product(2))
    card = await load(storage, TWO)
    card.relabel(name="AÇAÍ 500ml", supplier="Fornecedor ABC", minimum=None, at=LATER)
    with pytest.raises(DuplicateProduct):
        await save(storage, card)
    assert (await load(storage, TWO)).name == "Produto 2"


async def test_events_are_told_once_and_in_order(storage):
    await add(storage, a_product(), a_product(2))
    async with storage.new_uow() as uow:
        both = await uow.products.get_many_for_update([TWO, ONE])
        for product in both.values():
            product.receive(Quantity.of(1), purchase_price=Money.of(6), by=KEEPER, at=LATER)
        tell_balances(both.values(), Quantity.zero(), LATER)
        await uow.products.save_many(both.values())
        await uow.commit()
    assert [(topic, name, number) for topic, name, number, _ in await storage.told()] == [
        ("stock", "stock.product_changed", 1),
        ("stock", "stock.product_changed", 2),
        ("stock", "stock.product_changed", 1),
        ("stock", "stock.balance_changed", 1),
        ("stock", "stock.product_changed", 2),
    ]


async def test_an_event_tells_the_version_that_is_stored(storage):
    await add(storage, a_product())
    await change(storage, lambda product: product.change_prices(Money.of(13), by=KEEPER, at=LATER))
    *_, (_, _, _, data) = await storage.told()
    assert data["version"] == (await load(storage)).version == 2


async def test_parallel_writers_take_exactly_what_is_there(storage):
    await add(storage, a_product(balance=Quantity.of(10)))

    async def sell_one():
        try:
            await change(storage, selling(1))
        except Exception as refusal:
            return type(refusal).__name__
        return "sold"

    outcomes = await asyncio.gather(*(sell_one() for _ in range(16)))
    assert outcomes.count("sold") == 10
    assert set(outcomes) == {"sold", "InsufficientStock"}
    assert (await load(storage)).balance == Quantity.zero()


async def test_whoever_loads_a_product_holds_it(storage):
    await add(storage, a_product(balance=Quantity.of(10)))

    async def take_all():
        async with storage.new_uow() as uow:
            product = await uow.products.get_for_update(ONE)
            await asyncio.sleep(0.02)
            product.withdraw(product.balance, by=KEEPER, at=LATER)
            await uow.products.save(product)
            await uow.commit()

    outcomes = await asyncio.gather(take_all(), take_all(), return_exceptions=True)
    refused = [outcome for outcome in outcomes if outcome is not None]
    # The second one sees what the first one left: nothing, which cannot be withdrawn.
    assert [type(refusal).__name__ for refusal in refused] == ["InvalidInput"]


async def test_products_are_locked_in_one_order_whatever_was_asked(storage):
    numbers = [ProductId(number) for number in range(1, 9)]
    await add(storage, *(a_product(number) for number in numbers))

    async def sell_all(order):
        async with storage.new_uow() as uow:
            products = await uow.products.get_many_for_update(order)
            for number in order:
                selling(1)(products[number])
                await asyncio.sleep(0)
            await uow.products.save_many([products[number] for number in order])
            await uow.commit()

    await asyncio.gather(*(sell_all(numbers[:: 1 if turn % 2 else -1]) for turn in range(12)))
    for number in numbers:
        assert (await load(storage, number)).balance == Quantity.of(88)


async def test_a_waiting_writer_finds_less_than_it_hoped_for(storage):
    await add(storage, a_product(balance=Quantity.of(3)))

    async def withdraw_two():
        await change(storage, lambda product: product.withdraw(Quantity.of(2), by=KEEPER, at=LATER))

    outcomes = await asyncio.gather(withdraw_two(), withdraw_two(), return_exceptions=True)
    (refusal,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refusal, BalanceBelowZero)
    assert refusal.balance == Quantity.of(1)
