from datetime import timedelta
from decimal import Decimal

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.orders.errors import (
    OrderNumberNotAvailable,
    PaymentsMismatch,
    TotalMismatch,
)
from cashhaven_domain.orders.events import OrderCreated
from cashhaven_domain.orders.order import OrderStep
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind, OrderId, Payment
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.record import dump
from cashhaven_domain.stock.errors import InsufficientStock, PriceChanged, ProductNotFound
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand
from tests.support.selling import (
    balance_of,
    honest_shop,
    known_client,
    ledger_of,
    line,
    order,
    ordered,
    ordering,
    prices_are_free,
    stocked,
)

NEWCOMER = Actor(user_id=UserId(5), name="Nova", must_change_password=True)


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


def pays(method, amount):
    return Payment(method=PaymentMethod(method), amount=Money.of(amount))


async def test_an_order_takes_its_goods_and_stands_as_received(shop):
    one, other = await stocked(shop, 10), await stocked(shop, 5, price=Money.of("2.35"))
    client = await known_client(shop)
    answer = await order(
        shop,
        line(one, 2),
        line(other, "0.35", Money.of("2.35")),
        client_id=client,
        notes=" Sem açúcar ",
        payments=(pays("pix", "20.00"), pays("dinheiro", "4.82")),
        delivery=Delivery(kind=DeliveryKind.DOOR, address="Rua A, 1", minutes=40),
    )
    view = answer.receipt
    now = shop.clock.now()
    assert view.status is OrderStatus.RECEIVED
    assert [item.total for item in view.items] == [Money.of("24.00"), Money.of("0.82")]
    assert [item.product_name for item in view.items] == ["Produto 1", "Produto 2"]
    assert (view.total, view.client_id, view.notes) == (Money.of("24.82"), client, "Sem açúcar")
    assert view.expected_at == now + timedelta(minutes=40)
    assert view.history == (
        OrderStep(status=OrderStatus.RECEIVED, at=now, user_id=shop.operator.user_id),
    )
    assert (view.version, view.fiscal, view.operator_id) == (1, (), shop.operator.user_id)
    assert await balance_of(shop, one) == Quantity.of(8)
    assert await balance_of(shop, other) == Quantity.of("4.65")
    assert await shop.find_order(shop.operator, view.id) == view


async def test_a_product_named_twice_stays_named_twice_and_is_taken_once(shop):
    product = await stocked(shop, 10)
    view = (await order(shop, line(product, 3), line(product, 4))).receipt
    assert [item.quantity for item in view.items] == [Quantity.of(3), Quantity.of(4)]
    assert await ledger_of(shop, product) == [("abertura", 10), ("pedido", -7)]


async def test_a_product_named_twice_must_be_there_twice(shop):
    product = await stocked(shop, 5)
    with pytest.raises(InsufficientStock):
        await order(shop, line(product, 3), line(product, 3))
    assert await balance_of(shop, product) == Quantity.of(5)


async def test_quantities_that_no_shelf_holds_are_simply_not_there(shop):
    product = await stocked(shop, 5, price=Money.of("0.01"))
    items = [line(product, "99999.999", Money.of("0.01"))] * 2
    with pytest.raises(InsufficientStock):
        await order(shop, *items)


async def test_everything_that_lacks_stock_is_named_at_once_and_nothing_is_taken(shop):
    scarce, plenty, gone = (
        await stocked(shop, 1),
        await stocked(shop, 100),
        await stocked(shop, "0.5"),
    )
    with pytest.raises(InsufficientStock) as refusal:
        await order(shop, line(scarce, 2), line(plenty, 1), line(gone, 1))
    assert refusal.value.details == {
        "itens": [
            {"produto_id": scarce, "saldo": Decimal(1)},
            {"produto_id": gone, "saldo": Decimal("0.5")},
        ]
    }
    assert len(refusal.value.sentences) == 2
    assert await balance_of(shop, plenty) == Quantity.of(100)


async def test_all_unknown_products_are_named(shop):
    known = await stocked(shop)
    with pytest.raises(ProductNotFound) as refusal:
        await order(shop, line(998), line(known), line(999), line(998))
    assert refusal.value.product_ids == (998, 999)


async def test_a_removed_product_among_others_refuses_the_whole_order(shop):
    kept, removed = await stocked(shop, 10), await stocked(shop, 10)
    await shop.remove_product(shop.administrator, removed)
    for items in ([line(kept), line(removed)], [line(removed), line(kept)]):
        with pytest.raises(ProductNotFound) as refusal:
            await order(shop, *items)
        assert refusal.value.product_ids == (removed,)
    assert await ledger_of(shop, kept) == [("abertura", 10)]


async def test_all_changed_prices_are_named(shop):
    one, two, three = await stocked(shop), await stocked(shop), await stocked(shop)
    stale = Money.of("11.00")
    with pytest.raises(PriceChanged) as refusal:
        await order(shop, line(one, 1, stale), line(two), line(three, 1, stale))
    assert refusal.value.details == {
        "itens": [
            {"produto_id": one, "preco": Decimal("12.00")},
            {"produto_id": three, "preco": Decimal("12.00")},
        ]
    }


@pytest.mark.parametrize("who", ["administrator", "operator where prices are free"])
async def test_who_may_choose_prices_may_do_so_in_orders(shop, who):
    product = await stocked(shop)
    actor = shop.administrator if who == "administrator" else shop.operator
    if actor is shop.operator:
        await prices_are_free(shop)
    view = (await order(shop, line(product, 1, Money.of("9.00")), actor=actor)).receipt
    assert view.total == Money.of("9.00")
    (event,) = (event for event in shop.events if isinstance(event, OrderCreated))
    (item,) = event.items
    assert (item.unit_price, item.list_price) == (Money.of("9.00"), Money.of("12.00"))


async def test_an_unknown_client_cannot_order(shop):
    product = await stocked(shop)
    with pytest.raises(ClientNotFound):
        await order(shop, line(product), client_id=ClientId(77))


async def test_who_must_change_the_password_takes_no_orders(shop):
    product = await stocked(shop)
    with pytest.raises(PasswordChangeRequired):
        await order(shop, line(product), actor=NEWCOMER)


async def test_an_order_keeps_names_and_costs_of_its_moment(shop):
    product = await stocked(shop, 10, purchase_price=Money.of("5.50"))
    number = await ordered(shop, line(product))
    change = UpdateProductCommand(product_id=product, name="Outro nome")
    await shop.update_product(shop.administrator, change)
    view = await shop.find_order(shop.operator, number)
    assert view.items[0].product_name == "Produto 1"
    async with shop.container.adapters.uow() as uow:
        kept = await uow.orders.get_for_update(number)
    assert kept.items[0].average_cost == UnitCost(Decimal("5.5"))


async def test_a_new_order_is_told_with_what_the_kitchen_needs_and_no_address(shop):
    product = await stocked(shop)
    number = await ordered(
        shop,
        line(product, 2),
        notes="Sem açúcar",
        delivery=Delivery(kind=DeliveryKind.DOOR, address="Rua da Maria, 1", minutes=30),
    )
    (event,) = (event for event in shop.events if isinstance(event, OrderCreated))
    assert (event.order_id, event.total, event.delivery) == (number, Money.of("24.00"), "entrega")
    assert event.notes == "Sem açúcar"
    assert event.expected_at == shop.clock.now() + timedelta(minutes=30)
    (item,) = event.items
    assert (item.product_name, item.quantity) == ("Produto 1", Quantity.of(2))
    assert item.total == Money.of("24.00")
    assert "Maria" not in dump(event)
    assert "açúcar" not in repr(event)


def test_the_total_must_be_the_sum_and_the_right_one_is_told():
    with pytest.raises(TotalMismatch) as refusal:
        ordering(line(1, "0.35", Money.of("2.35")), line(2), total=Money.of("12.83"))
    assert refusal.value.details == {"total": Decimal("12.82")}


@pytest.mark.parametrize(
    "payments", [(), (pays("pix", "11.99"),), (pays("pix", "12.00"), pays("debito", "0.01"))]
)
def test_payments_that_are_named_must_add_up(payments):
    with pytest.raises(PaymentsMismatch):
        ordering(line(1), payments=payments)


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"items": ()}, ["items"]),
        ({"items": (line(1),) * 201}, ["items"]),
        (
            {"items": (line(1, 0), line(1, 1, Money.zero()))},
            ["items.0.quantidade", "items.1.preco_unitario"],
        ),
        (
            {"payments": (pays("pix", "0"), pays("pix", "-1"))},
            ["pagamentos.0.valor", "pagamentos.1.valor"],
        ),
        ({"payments": (pays("pix", "0.24"),) * 51}, ["pagamentos"]),
        ({"payments": (pays("pix", "9999999999.99"),) * 2}, ["pagamentos"]),
        ({"items": (line(1, "99999.999", Money.of("9999999.99")),)}, ["items"]),
        ({"notes": "x" * 501}, ["observacoes"]),
    ],
)
def test_an_order_must_make_sense(parts, named):
    with pytest.raises(InvalidInput) as refusal:
        ordering(*parts.pop("items", (line(1),)), **{"total": Money.of("12.00")} | parts)
    assert [sentence.split(":")[0] for sentence in refusal.value.sentences] == named


@pytest.mark.parametrize("minutes", [-1, 10_081])
def test_an_estimate_is_a_week_at_most(minutes):
    with pytest.raises(InvalidInput, match="previsao_minutos"):
        Delivery(kind=DeliveryKind.PICK_UP, minutes=minutes)


def test_where_a_client_lives_does_not_show_by_accident():
    delivery = Delivery(kind=DeliveryKind.DOOR, address="Rua A, 1")
    assert "Rua" not in repr(delivery)


async def test_an_order_of_two_hundred_items_is_taken(shop):
    product = await stocked(shop, 300)
    view = (await order(shop, *[line(product)] * 200)).receipt
    assert len(view.items) == 200


async def test_blank_notes_are_none(shop):
    product = await stocked(shop)
    view = (await order(shop, line(product), notes="  \n ", delivery=None)).receipt
    assert (view.notes, view.delivery, view.expected_at) == (None, None, None)


async def test_an_order_takes_a_number_that_was_handed_out(shop):
    product = await stocked(shop)
    number = await shop.reserve_order_number(shop.operator)
    assert (await order(shop, line(product), number=number)).receipt.id == number


async def test_a_number_is_used_once(shop):
    product = await stocked(shop)
    number = await shop.reserve_order_number(shop.operator)
    await order(shop, line(product), number=number)
    with pytest.raises(OrderNumberNotAvailable):
        await order(shop, line(product), number=number)


async def test_a_number_that_nobody_was_given_is_refused(shop):
    product = await stocked(shop)
    taken = await ordered(shop, line(product))
    for number in (taken, OrderId(taken + 50)):
        with pytest.raises(OrderNumberNotAvailable):
            await order(shop, line(product), number=number)


async def test_a_refused_order_leaves_its_number_for_the_next_try(shop):
    product = await stocked(shop, 1)
    number = await shop.reserve_order_number(shop.operator)
    with pytest.raises(InsufficientStock):
        await order(shop, line(product, 2), number=number)
    assert (await order(shop, line(product), number=number)).receipt.id == number


async def test_two_orders_in_one_list_cannot_have_the_same_number(shop):
    product = await stocked(shop)
    number = await shop.reserve_order_number(shop.operator)
    wish = (shop.operator, ordering(line(product), number=number))
    first, second = await shop.place_orders([wish, wish])
    assert first.receipt.id == number
    assert isinstance(second, OrderNumberNotAvailable)


async def test_numbers_are_given_to_nobody_twice(shop):
    numbers = [await shop.reserve_order_number(shop.operator) for _ in range(60)]
    product = await stocked(shop)
    numbers.append(await ordered(shop, line(product)))
    assert len(set(numbers)) == 61


async def test_who_must_change_the_password_gets_no_number(shop):
    with pytest.raises(PasswordChangeRequired):
        await shop.reserve_order_number(NEWCOMER)


async def test_orders_in_one_list_are_answered_each_by_itself(shop):
    product = await stocked(shop, 5)
    first, denied, short, last = await shop.place_orders(
        [
            (shop.operator, ordering(line(product, 3))),
            (NEWCOMER, ordering(line(product))),
            (shop.operator, ordering(line(product, 3))),
            (shop.operator, ordering(line(product, 2))),
        ]
    )
    assert first.receipt.id != last.receipt.id
    assert isinstance(denied, PasswordChangeRequired)
    assert isinstance(short, InsufficientStock)
    assert await balance_of(shop, product) == Quantity.zero()
