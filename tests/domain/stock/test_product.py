from datetime import timedelta
from decimal import Decimal

import pytest

from cashhaven_domain.shared.errors import InvalidInput, StaleAggregate
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, Quantity
from cashhaven_domain.stock.errors import BalanceBelowZero, InsufficientStock, ProductNotFound
from cashhaven_domain.stock.events import CardChange, ProductChanged
from cashhaven_domain.stock.movement import Origin, OriginKind, Reason
from tests.support.products import ADDED, KEEPER, a_product

LATER = ADDED + timedelta(hours=1)
SALE = Origin(OriginKind.SALE, 12)


def loaded(**parts):
    """Return a product as it comes out of a storage: nothing has happened to it yet."""
    product = a_product(**parts)
    product.take_events()
    product.forget_changes()
    return product


def amounts(product):
    return [(row.reason, row.quantity, row.balance_after) for row in product.movements]


def of(*numbers):
    return tuple(Quantity.of(number) for number in numbers)


def test_a_new_product_opens_its_ledger_and_its_price_history():
    product = a_product()
    (opening,) = product.movements
    assert opening.reason is Reason.OPENING
    assert (opening.balance_before, opening.quantity, opening.balance_after) == of(0, 100, 100)
    assert (opening.user_id, opening.at, opening.origin) == (KEEPER, ADDED, None)
    (prices,) = product.prices
    assert (prices.sale_price, prices.purchase_price) == (Money.of("12"), Money.of("5.50"))
    assert product.average_cost == UnitCost(Decimal("5.5"))


def test_a_new_product_is_told_once_with_its_balance_and_its_first_version():
    (event,) = a_product().take_events()
    assert isinstance(event, ProductChanged)
    assert event.change is CardChange.ADDED
    assert (event.balance, event.version) == (Quantity.of(100), 1)
    assert event.aggregate_id == 1


def test_everything_wrong_with_a_new_product_is_said_at_once():
    with pytest.raises(InvalidInput) as refusal:
        a_product(
            name=" ",
            supplier="x" * 121,
            purchase_price=Money.zero(),
            sale_price=Money.of("10000000"),
            balance=Quantity.of("-0.001"),
            minimum=Quantity.of(-1),
        )
    fields = [sentence.partition(":")[0] for sentence in refusal.value.sentences]
    assert fields == ["produto", "fornecedor", "compra", "venda", "saldo", "minimo"]


def test_names_are_cleaned():
    product = a_product(name="  Ac\u0327ai\u0301 ", supplier=" ABC\u3000")
    assert (product.name, product.supplier) == ("Açaí", "ABC")


def test_an_empty_shelf_is_a_beginning():
    product = a_product(balance=Quantity.zero())
    assert amounts(product) == [(Reason.OPENING, *of(0, 0))]


def test_a_delivery_adds_and_moves_the_average_cost():
    product = loaded()
    product.receive(Quantity.of(50), purchase_price=Money.of("7"), note="NF 1", by=KEEPER, at=LATER)
    assert amounts(product) == [(Reason.DELIVERY, *of(50, 150))]
    assert product.movements[0].note == "NF 1"
    assert product.average_cost == UnitCost(Decimal("6"))
    assert product.purchase_price == Money.of("7")
    (prices,) = product.prices
    assert (prices.sale_price, prices.purchase_price) == (Money.of("12"), Money.of("7"))
    (card,) = product.take_events()
    assert isinstance(card, ProductChanged)
    assert (card.change, card.version) == (CardChange.CHANGED, 2)


def test_a_delivery_without_a_price_costs_what_the_last_one_cost():
    product = loaded()
    product.receive(Quantity.of(50), purchase_price=Money.of("7"), by=KEEPER, at=LATER)
    product.receive(Quantity.of(150), by=KEEPER, at=LATER)
    assert product.average_cost == UnitCost(Decimal("6.5"))
    assert len(product.prices) == 1


def test_a_delivery_at_the_same_price_leaves_the_card_alone():
    product = loaded()
    product.receive(Quantity.of(1), purchase_price=Money.of("5.50"), by=KEEPER, at=LATER)
    assert not product.card_changed
    assert product.prices == ()


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_only_something_can_be_delivered_or_taken(quantity):
    product = loaded()
    for verb in (product.receive, product.withdraw):
        with pytest.raises(InvalidInput, match="saldo"):
            verb(Quantity.of(quantity), by=KEEPER, at=LATER)
    with pytest.raises(InvalidInput, match="quantidade"):
        product.sell(Quantity.of(quantity), origin=SALE, by=KEEPER, at=LATER)


def test_a_delivery_has_a_price_or_none():
    with pytest.raises(InvalidInput, match="compra"):
        loaded().receive(Quantity.of(1), purchase_price=Money.of("10000000"), by=KEEPER, at=LATER)


def test_a_shelf_holds_only_so_much_and_a_refused_delivery_changes_nothing():
    product = loaded()
    with pytest.raises(InvalidInput, match="saldo"):
        product.receive(
            Quantity(HIGHEST_QUANTITY), purchase_price=Money.of("9"), by=KEEPER, at=LATER
        )
    assert product.movements == ()
    assert product.average_cost == UnitCost(Decimal("5.5"))


def test_goods_are_withdrawn_or_lost():
    product = loaded()
    product.withdraw(Quantity.of("0.5"), by=KEEPER, at=LATER)
    product.withdraw(Quantity.of("99.5"), lost=True, note="caiu", by=KEEPER, at=LATER)
    assert amounts(product) == [
        (Reason.WITHDRAWAL, *of("-0.5", "99.5")),
        (Reason.LOSS, *of("-99.5", 0)),
    ]


def test_no_more_is_withdrawn_than_there_is():
    product = loaded()
    with pytest.raises(BalanceBelowZero) as refusal:
        product.withdraw(Quantity.of("100.001"), by=KEEPER, at=LATER)
    assert refusal.value.details == {"saldo": Decimal(100)}
    assert product.movements == ()


def test_a_count_sets_the_balance_and_keeps_the_difference():
    product = loaded()
    product.count(Quantity.of("97.5"), by=KEEPER, at=LATER)
    product.count(Quantity.of("97.5"), by=KEEPER, at=LATER)
    product.count(Quantity.zero(), by=KEEPER, at=LATER)
    assert [quantity for _, quantity, _ in amounts(product)] == list(of("-2.5", 0, "-97.5"))
    assert product.average_cost == UnitCost(Decimal("5.5"))
    with pytest.raises(InvalidInput, match="saldo"):
        product.count(Quantity.of(-1), by=KEEPER, at=LATER)


def test_a_sale_takes_goods_and_says_for_what():
    product = loaded()
    product.sell(Quantity.of(3), origin=SALE, by=KEEPER, at=LATER)
    (row,) = product.movements
    assert (row.reason, row.quantity, row.origin) == (Reason.SALE, Quantity.of(-3), SALE)
    product.sell(Quantity.of(1), origin=Origin(OriginKind.ORDER, 1), by=KEEPER, at=LATER)
    assert product.movements[1].reason is Reason.ORDER


def test_what_is_not_there_is_not_sold():
    product = loaded(balance=Quantity.of(2))
    with pytest.raises(InsufficientStock) as refusal:
        product.sell(Quantity.of(3), origin=SALE, by=KEEPER, at=LATER)
    assert refusal.value.details == {"itens": [{"produto_id": 1, "saldo": Decimal(2)}]}
    assert str(refusal.value) == "Estoque insuficiente de Açaí 500ml: há 2 un"
    assert product.movements == ()


def test_a_removed_product_is_not_sold():
    product = loaded()
    product.remove(at=LATER)
    with pytest.raises(ProductNotFound):
        product.sell(Quantity.of(1), origin=SALE, by=KEEPER, at=LATER)
    with pytest.raises(ProductNotFound):
        product.require_active()


def test_the_last_piece_is_sold_and_not_a_gram_more():
    product = loaded()
    with pytest.raises(InsufficientStock):
        product.sell(Quantity.of("100.001"), origin=SALE, by=KEEPER, at=LATER)
    product.sell(Quantity.of(100), origin=SALE, by=KEEPER, at=LATER)
    assert product.balance == Quantity.zero()


def test_the_ledger_has_every_balance():
    product = loaded()
    product.sell(Quantity.of(1), origin=SALE, by=KEEPER, at=LATER)
    product.change_prices(Money.of("13"), by=KEEPER, at=LATER)
    product.sell(Quantity.of(2), origin=SALE, by=KEEPER, at=LATER)
    assert tuple(movement.balance_after for movement in product.movements) == of(99, 97)
    assert product.difference == Quantity.of(-3)
    (card,) = product.take_events()
    assert isinstance(card, ProductChanged)
    assert product.take_events() == ()


def test_cancelled_goods_come_back():
    product = loaded()
    product.put_back(Quantity.of(3), origin=SALE, note="troca", by=KEEPER, at=LATER)
    assert amounts(product) == [(Reason.CANCELLATION, *of(3, 103))]


def test_cancelled_goods_that_are_lost_come_back_and_go_without_a_word():
    product = loaded()
    product.put_back(Quantity.of(3), lost=True, origin=SALE, by=KEEPER, at=LATER)
    assert amounts(product) == [
        (Reason.CANCELLATION, *of(3, 103)),
        (Reason.LOSS, *of(-3, 100)),
    ]
    assert product.take_events() == ()
    assert product.difference == Quantity.zero()


def test_the_difference_is_the_sum_of_what_happened():
    product = loaded()
    product.receive(Quantity.of(5), by=KEEPER, at=LATER)
    product.withdraw(Quantity.of("7.5"), by=KEEPER, at=LATER)
    assert product.difference == Quantity.of("-2.5")
    product.forget_changes()
    assert product.difference == Quantity.zero()


def test_another_price_is_noted_once():
    product = loaded()
    product.change_prices(Money.of("13"), by=KEEPER, at=LATER)
    product.change_prices(Money.of("13"), by=KEEPER, at=LATER)
    (prices,) = product.prices
    assert (prices.sale_price, prices.purchase_price, prices.at) == (
        Money.of("13"),
        Money.of("5.50"),
        LATER,
    )
    with pytest.raises(InvalidInput, match="venda"):
        product.change_prices(Money.zero(), by=KEEPER, at=LATER)


def test_a_correction_of_several_things_is_told_once_as_they_are_in_the_end():
    product = loaded()
    product.relabel(name="Açaí 700ml", supplier="XYZ", minimum=Quantity.of(5), at=LATER)
    product.change_prices(Money.of("15"), by=KEEPER, at=LATER)
    (event,) = product.take_events()
    assert isinstance(event, ProductChanged)
    assert (event.product_name, event.supplier, event.minimum) == (
        "Açaí 700ml",
        "XYZ",
        Quantity.of(5),
    )
    assert event.sale_price == Money.of("15")
    assert event.version == 2


def test_what_is_on_the_card_already_is_no_correction():
    product = loaded()
    product.relabel(name=" Açaí 500ml ", supplier="Fornecedor ABC", minimum=None, at=LATER)
    product.change_prices(Money.of("12"), by=KEEPER, at=LATER)
    assert not product.card_changed
    assert product.take_events() == ()


def test_everything_wrong_with_a_correction_is_said_at_once():
    with pytest.raises(InvalidInput) as refusal:
        loaded().relabel(name="", supplier="\0", minimum=Quantity.of(-1), at=LATER)
    fields = [sentence.partition(":")[0] for sentence in refusal.value.sentences]
    assert fields == ["nome", "fornecedor", "minimo"]


def test_a_removal_is_told():
    product = loaded()
    product.remove(at=LATER)
    (event,) = product.take_events()
    assert isinstance(event, ProductChanged)
    assert event.change is CardChange.REMOVED


def test_a_change_may_be_based_on_the_present_version_or_on_none():
    product = loaded()
    product.expect_version(1)
    product.expect_version(None)
    with pytest.raises(StaleAggregate):
        product.expect_version(2)
