from dataclasses import replace
from datetime import timedelta

import pytest

from cashhaven_domain.shared.errors import (
    AccessDenied,
    Conflict,
    InvalidInput,
    KeyReused,
    StaleAggregate,
)
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import BalanceBelowZero, DuplicateProduct, ProductNotFound
from cashhaven_domain.stock.events import BalancesChanged, CardChange, ProductChanged
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import PricedProductView
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery
from cashhaven_domain.stock.use_cases.list_prices import ListPricesQuery
from cashhaven_domain.stock.use_cases.move_stock import Handling, MoveStockCommand
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from tests.support.products import adding

KEY = OperationKey("a key")
WHOLE = PageRequest()


async def add(shop, **parts):
    return (await shop.add_product(shop.administrator, adding(**parts))).receipt


async def move(shop, product, quantity, handling=Handling.DELIVERY, **parts):
    command = MoveStockCommand(
        product_id=product.id, quantity=Quantity.of(quantity), handling=handling, **parts
    )
    return await shop.move_stock(shop.administrator, command)


async def update(shop, product, **parts):
    command = UpdateProductCommand(product_id=product.id, **parts)
    return await shop.update_product(shop.administrator, command)


async def ledger(shop, product):
    page = await shop.list_movements(
        shop.administrator, ListMovementsQuery(product_id=product.id, page=WHOLE)
    )
    return [str(view.reason) for view in page.items]


async def balance(shop, product):
    return (await shop.find_product(shop.operator, product.id)).balance


async def test_an_added_product_is_on_the_shelf(shop):
    added = await add(shop)
    assert isinstance(added, PricedProductView)
    assert await shop.find_product(shop.administrator, added.id) == added
    assert (added.name, added.balance, added.version) == ("Açaí 500ml", Quantity.of(100), 1)
    assert str(added.margin) == "54.17"


@pytest.mark.parametrize(
    "use_case",
    ["add_product", "move_stock", "update_product", "remove_product", "list_movements"],
)
async def test_operators_do_not_keep_the_stock(shop, use_case):
    with pytest.raises(AccessDenied):
        await getattr(shop, use_case)(shop.operator, None)


async def test_operators_do_not_see_price_histories(shop):
    with pytest.raises(AccessDenied):
        await shop.list_prices(shop.operator, ListPricesQuery(product_id=ProductId(1), page=WHOLE))


async def test_whoever_must_change_the_password_sees_nothing(shop):
    somebody = replace(shop.administrator, must_change_password=True)
    for look in (shop.list_products, shop.list_low_stock, shop.find_product):
        with pytest.raises(AccessDenied):
            await look(somebody, WHOLE)


async def test_the_same_name_from_the_same_supplier_is_refused(shop):
    await add(shop)
    with pytest.raises(DuplicateProduct):
        await add(shop, name="ACAI  500ml", supplier="fornecedor abc")
    other = await add(shop, supplier="Outro")
    assert other.supplier == "Outro"


async def test_a_removed_product_may_be_added_again(shop):
    added = await add(shop)
    await shop.remove_product(shop.administrator, added.id)
    again = await add(shop)
    assert again.id != added.id


async def test_adding_with_a_key_adds_once(shop):
    first = await shop.add_product(shop.administrator, adding(operation_key=KEY))
    second = await shop.add_product(shop.administrator, adding(operation_key=KEY))
    assert (first.replayed, second.replayed) == (False, True)
    assert second.receipt == first.receipt
    assert len((await shop.list_products(shop.operator, WHOLE)).items) == 1


async def test_a_key_is_for_one_content(shop):
    await shop.add_product(shop.administrator, adding(operation_key=KEY))
    with pytest.raises(KeyReused):
        await shop.add_product(shop.administrator, adding(name="Outro", operation_key=KEY))


async def test_a_refused_movement_stays_refused_under_its_key(shop):
    product = await add(shop, balance=Quantity.of(2))
    with pytest.raises(BalanceBelowZero) as refusal:
        await move(shop, product, 3, Handling.WITHDRAWAL, operation_key=KEY)
    await move(shop, product, 10)
    with pytest.raises(Conflict) as repeated:
        await move(shop, product, 3, Handling.WITHDRAWAL, operation_key=KEY)
    assert repeated.value.replayed
    assert repeated.value.code == BalanceBelowZero.code
    assert repeated.value.sentences == refusal.value.sentences
    assert repeated.value.details == refusal.value.details
    assert await balance(shop, product) == Quantity.of(12)


async def test_a_movement_with_a_key_counts_once(shop):
    product = await add(shop)
    first = await move(shop, product, 5, operation_key=KEY)
    second = await move(shop, product, 5, operation_key=KEY)
    assert second.replayed
    assert first.receipt == second.receipt
    assert first.receipt.balance_before == Quantity.of(100)
    assert first.receipt.balance == Quantity.of(105)
    assert await balance(shop, product) == Quantity.of(105)


async def test_what_is_wrong_with_a_movement_gives_its_key_back(shop):
    product = await add(shop)
    with pytest.raises(InvalidInput):
        await move(shop, product, 0, operation_key=KEY)
    assert not (await move(shop, product, 5, operation_key=KEY)).replayed


async def test_stock_comes_goes_and_is_counted(shop):
    product = await add(shop)
    for quantity, handling, after in (
        (10, Handling.DELIVERY, 110),
        (20, Handling.WITHDRAWAL, 90),
        (5, Handling.LOSS, 85),
        (80, Handling.COUNT, 80),
    ):
        shop.clock.advance(timedelta(minutes=1))
        moved = await move(shop, product, quantity, handling)
        assert moved.receipt.balance == Quantity.of(after)
    assert await ledger(shop, product) == ["ajuste", "perda", "saida", "entrada", "abertura"]


async def test_movements_are_told_and_leave_the_version_of_the_card_alone(shop):
    product = await add(shop)
    await move(shop, product, 10)
    event = shop.events[-1]
    assert isinstance(event, BalancesChanged)
    assert [(now.product_id, now.balance) for now in event.balances] == [
        (product.id, Quantity.of(110))
    ]
    assert (await shop.find_product(shop.operator, product.id)).version == 1


async def test_a_delivery_may_bring_another_price_and_correct_the_supplier(shop):
    product = await add(shop)
    await move(shop, product, 10, purchase_price=Money.of("6"), supplier=" Novo ", note=" NF 1 ")
    now = await shop.find_product(shop.administrator, product.id)
    assert (now.purchase_price, now.supplier, now.version) == (Money.of("6"), "Novo", 2)
    page = await shop.list_movements(
        shop.administrator, ListMovementsQuery(product_id=product.id, page=WHOLE)
    )
    assert page.items[0].note == "NF 1"
    assert sum(isinstance(event, ProductChanged) for event in shop.events) == 2


@pytest.mark.parametrize("handling", [Handling.WITHDRAWAL, Handling.LOSS, Handling.COUNT])
async def test_only_deliveries_have_a_purchase_price(shop, handling):
    product = await add(shop)
    with pytest.raises(InvalidInput, match="compra"):
        await move(shop, product, 1, handling, purchase_price=Money.of("6"))


async def test_a_note_has_a_bound(shop):
    product = await add(shop)
    with pytest.raises(InvalidInput, match="motivo"):
        await move(shop, product, 1, note="x" * 501)


async def test_a_correction_of_the_supplier_makes_no_duplicate(shop):
    await add(shop, supplier="Um")
    product = await add(shop, supplier="Dois")
    with pytest.raises(DuplicateProduct):
        await move(shop, product, 1, supplier="um")
    assert await balance(shop, product) == Quantity.of(100)


async def test_there_is_nothing_to_do_with_a_product_that_is_not_there(shop):
    product = await add(shop)
    await shop.remove_product(shop.administrator, product.id)
    for number in (product.id, ProductId(99)):
        gone = replace(product, id=number)
        with pytest.raises(ProductNotFound):
            await move(shop, gone, 1)
        with pytest.raises(ProductNotFound):
            await update(shop, gone, name="Outro")
        with pytest.raises(ProductNotFound):
            await shop.remove_product(shop.administrator, number)
        with pytest.raises(ProductNotFound):
            await shop.find_product(shop.operator, number)


async def test_a_card_is_corrected_where_something_was_sent(shop):
    product = await add(shop, minimum=Quantity.of(5))
    now = await update(shop, product, sale_price=Money.of("13"))
    assert (now.name, now.sale_price, now.minimum, now.version) == (
        "Açaí 500ml",
        Money.of("13"),
        Quantity.of(5),
        2,
    )
    now = await update(shop, product, minimum=None, name="Açaí 700ml", supplier="Novo")
    assert (now.name, now.supplier, now.minimum, now.version) == ("Açaí 700ml", "Novo", None, 3)
    assert await shop.find_product(shop.administrator, product.id) == now


async def test_a_correction_that_changes_nothing_changes_nothing(shop):
    product = await add(shop)
    told = len(shop.events)
    assert await update(shop, product, sale_price=product.sale_price) == product
    assert len(shop.events) == told


async def test_a_correction_based_on_an_old_card_is_refused(shop):
    product = await add(shop)
    await update(shop, product, name="Outro", version=1)
    with pytest.raises(StaleAggregate):
        await update(shop, product, name="Mais um", version=1)
    await update(shop, product, name="Este vence", version=None)


async def test_a_correction_makes_no_duplicate(shop):
    await add(shop, name="Outro")
    product = await add(shop)
    with pytest.raises(DuplicateProduct):
        await update(shop, product, name="outro")


async def test_a_removal_leaves_the_history(shop):
    product = await add(shop)
    shop.clock.advance(timedelta(minutes=1))
    await move(shop, product, 5)
    await shop.remove_product(shop.administrator, product.id)
    event = shop.events[-1]
    assert isinstance(event, ProductChanged)
    assert (event.change, event.version) == (CardChange.REMOVED, 2)
    assert (await shop.list_products(shop.administrator, WHOLE)).items == ()
    assert (await shop.list_low_stock(shop.administrator, WHOLE)).items == ()
    assert await ledger(shop, product) == ["entrada", "abertura"]
    prices = await shop.list_prices(
        shop.administrator, ListPricesQuery(product_id=product.id, page=WHOLE)
    )
    assert len(prices.items) == 1


async def test_price_changes_are_kept_with_who_and_when(shop):
    product = await add(shop)
    shop.clock.advance(timedelta(hours=1))
    await update(shop, product, sale_price=Money.of("13"))
    await move(shop, product, 1, purchase_price=Money.of("6"))
    page = await shop.list_prices(
        shop.administrator, ListPricesQuery(product_id=product.id, page=WHOLE)
    )
    assert [(str(p.sale_price), str(p.purchase_price)) for p in page.items] == [
        ("R$ 12,00", "R$ 5,50"),
        ("R$ 13,00", "R$ 5,50"),
        ("R$ 13,00", "R$ 6,00"),
    ]
    assert page.items[1].at == shop.clock.now()
    assert page.items[1].user_id == shop.administrator.user_id
