from datetime import timedelta
from decimal import Decimal

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.sales.events import SaleRegistered
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import InsufficientStock, PriceChanged, ProductNotFound
from cashhaven_domain.stock.events import BalanceNow, BalancesChanged
from tests.support.selling import (
    BEGAN,
    ENDED,
    PRICE,
    balance_of,
    honest_shop,
    known_client,
    ledger_of,
    prices_are_free,
    sell,
    selling,
    stocked,
)


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def test_a_sale_takes_the_goods_and_says_what_is_left(shop):
    product = await stocked(shop, 10)
    receipt = (await sell(shop, product, quantity=Quantity.of(3))).receipt
    assert (receipt.product_id, receipt.quantity, receipt.unit_price) == (
        product,
        Quantity.of(3),
        PRICE,
    )
    assert (receipt.total, receipt.balance) == (Money.of("36.00"), Quantity.of(7))
    assert (receipt.began_at, receipt.ended_at, receipt.duration_seconds) == (BEGAN, ENDED, 300)
    assert receipt.operator_id == shop.operator.user_id
    assert await balance_of(shop, product) == Quantity.of(7)
    assert await ledger_of(shop, product) == [("abertura", 10), ("venda", -3)]


async def test_a_sale_is_of_one_piece_unless_said_otherwise(shop):
    product = await stocked(shop, 10)
    assert (await sell(shop, product)).receipt.quantity == Quantity.of(1)


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [
        ("2.35", "0.35", "0.82"),
        ("0.01", "0.5", "0.01"),
        ("0.01", "0.499", "0.00"),
        ("9.99", "3", "29.97"),
    ],
)
async def test_a_total_is_rounded_half_up(shop, price, quantity, total):
    product = await stocked(shop, 10, price=Money.of(price))
    answer = await sell(shop, product, unit_price=Money.of(price), quantity=Quantity.of(quantity))
    assert answer.receipt.total == Money.of(total)


async def test_the_last_piece_can_be_sold_and_no_more(shop):
    product = await stocked(shop, 1)
    await sell(shop, product)
    with pytest.raises(InsufficientStock) as refusal:
        await sell(shop, product)
    assert refusal.value.details == {"itens": [{"produto_id": product, "saldo": Decimal(0)}]}
    assert await balance_of(shop, product) == Quantity.zero()


async def test_a_sale_is_told_with_what_it_moved(shop):
    product = await stocked(shop, 10)
    client = await known_client(shop)
    before = len(shop.events)
    receipt = (await sell(shop, product, client_id=client, payment=PaymentMethod.PIX)).receipt
    now = shop.clock.now()
    assert set(shop.events[before:]) == {
        SaleRegistered(
            occurred_at=now,
            sale_id=receipt.id,
            product_id=product,
            quantity=Quantity.of(1),
            unit_price=PRICE,
            list_price=PRICE,
            total=PRICE,
            payment=PaymentMethod.PIX,
            client_id=client,
            operator_id=shop.operator.user_id,
            product_name="Produto 1",
            began_at=BEGAN,
            ended_at=ENDED,
        ),
        BalancesChanged(
            occurred_at=now,
            balances=(BalanceNow(product_id=product, balance=Quantity.of(9), low=False),),
        ),
    }


async def test_a_sale_keeps_the_cost_of_its_moment(shop):
    product = await stocked(shop, 10, purchase_price=Money.of("5.50"))
    receipt = (await sell(shop, product)).receipt
    async with shop.container.adapters.uow() as uow:
        sale = await uow.sales.get_for_update(receipt.id)
    assert sale.average_cost == UnitCost(Decimal("5.5"))
    assert sale.registered_at == shop.clock.now()


@pytest.mark.parametrize("number", [999, 2**62])
async def test_an_unknown_product_cannot_be_sold(shop, number):
    with pytest.raises(ProductNotFound):
        await sell(shop, number)


async def test_a_removed_product_cannot_be_sold(shop):
    product = await stocked(shop, 10)
    await shop.remove_product(shop.administrator, product)
    with pytest.raises(ProductNotFound):
        await sell(shop, product)


async def test_an_unknown_client_cannot_buy(shop):
    product = await stocked(shop, 10)
    with pytest.raises(ClientNotFound):
        await sell(shop, product, client_id=ClientId(77))
    assert await balance_of(shop, product) == Quantity.of(10)


async def test_an_operator_may_not_charge_another_price(shop):
    product = await stocked(shop, 10)
    with pytest.raises(PriceChanged) as refusal:
        await sell(shop, product, unit_price=Money.of("11.99"))
    assert refusal.value.details == {"itens": [{"produto_id": product, "preco": Decimal("12.00")}]}
    assert str(refusal.value) == "O preço de Produto 1 mudou: agora é R$ 12,00"
    assert await balance_of(shop, product) == Quantity.of(10)


async def test_an_administrator_may_charge_another_price_and_it_is_told(shop):
    product = await stocked(shop, 10)
    receipt = (
        await sell(shop, product, actor=shop.administrator, unit_price=Money.of("10.00"))
    ).receipt
    assert receipt.total == Money.of("10.00")
    (event,) = (event for event in shop.events if isinstance(event, SaleRegistered))
    assert (event.unit_price, event.list_price) == (Money.of("10.00"), PRICE)


async def test_operators_may_choose_prices_where_the_shop_lets_them(shop):
    product = await stocked(shop, 10)
    await prices_are_free(shop)
    receipt = (await sell(shop, product, unit_price=Money.of("10.00"))).receipt
    assert receipt.unit_price == Money.of("10.00")


def test_a_sale_must_make_sense_and_every_mistake_is_named():
    with pytest.raises(InvalidInput) as refusal:
        selling(
            unit_price=Money.zero(),
            quantity=Quantity.of("-1"),
            began_at=ENDED,
            ended_at=BEGAN,
        )
    assert [sentence.split(":")[0] for sentence in refusal.value.sentences] == [
        "venda",
        "quantidade",
        "fim",
    ]


def test_a_sale_of_nothing_is_none():
    with pytest.raises(InvalidInput, match="quantidade: deve ser maior que zero"):
        selling(quantity=Quantity.zero())


def test_a_sale_is_never_worth_more_than_the_books_hold():
    with pytest.raises(InvalidInput, match="quantidade: o valor"):
        selling(unit_price=Money.of("9999999.99"), quantity=Quantity.of("99999.999"))


@pytest.mark.parametrize("field", ["began_at", "ended_at"])
async def test_clocks_may_differ_by_five_minutes_and_no_more(shop, field):
    product = await stocked(shop, 10)
    limit = shop.clock.now() + timedelta(minutes=5)
    times = {"began_at": BEGAN, "ended_at": limit}
    await sell(shop, product, **times | {field: limit})
    too_late = limit + timedelta(microseconds=1)
    times["ended_at"] = too_late if field == "began_at" else limit
    with pytest.raises(InvalidInput, match="não pode estar no futuro") as refusal:
        await sell(shop, product, **times | {field: too_late})
    assert len(refusal.value.sentences) == (2 if field == "began_at" else 1)


async def test_who_must_change_the_password_cannot_sell(shop):
    product = await stocked(shop, 10)
    actor = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    with pytest.raises(PasswordChangeRequired):
        await sell(shop, product, actor=actor)


async def test_sales_in_one_list_are_answered_each_by_itself(shop):
    product = await stocked(shop, 5)
    stranger = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    answers = await shop.register_sales(
        [
            (shop.operator, selling(product, quantity=Quantity.of(3))),
            (stranger, selling(product)),
            (shop.operator, selling(product, quantity=Quantity.of(3))),
            (shop.operator, selling(999)),
            (shop.operator, selling(product, quantity=Quantity.of(2))),
        ]
    )
    first, denied, short, unknown, last = answers
    assert first.receipt.balance == Quantity.of(2)
    assert isinstance(denied, PasswordChangeRequired)
    assert isinstance(short, InsufficientStock)
    assert isinstance(unknown, ProductNotFound)
    assert last.receipt.balance == Quantity.zero()
    page = await shop.list_sales(shop.operator, ListSalesQuery())
    assert {view.id for view in page.items} == {first.receipt.id, last.receipt.id}


async def test_an_empty_list_settles_nothing(shop):
    assert await shop.register_sales([]) == []
    assert not shop.events


async def test_a_forgotten_client_cannot_buy(shop):
    client = await known_client(shop)
    product = await stocked(shop, 10)
    await sell(shop, product, client_id=client)
    await shop.remove_client(shop.administrator, client)
    with pytest.raises(ClientNotFound):
        await sell(shop, product, client_id=client)
