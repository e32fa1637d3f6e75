"""What is told of balances: once for all, and whoever falls to its minimum."""

from datetime import UTC, datetime

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.events import BalanceNow, BalancesChanged, StockLow
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.telling import tell_balances

NOW = datetime(2024, 1, 15, 12, tzinfo=UTC)
KEEPER = UserId(1)
SALE = Origin(OriginKind.SALE, 7)
SHOP_MINIMUM = Quantity.of(10)


def loaded(number: int = 1, balance: int = 12, minimum: Quantity | None = None) -> Product:
    return Product(
        id=ProductId(number),
        name=f"Produto {number}",
        supplier="Amazônia",
        unit=Unit.PIECE,
        purchase_price=Money.of(5),
        sale_price=Money.of(12),
        average_cost=UnitCost.of_price(Money.of(5)),
        minimum=minimum,
        balance=Quantity.of(balance),
    )


def sell(product: Product, count: int) -> None:
    product.sell(Quantity.of(count), origin=SALE, by=KEEPER, at=NOW)


def test_one_event_tells_all_balances_that_changed_as_they_are_at_the_end():
    first, still, second = loaded(1, 50), loaded(2, 50), loaded(3, 50)
    sell(first, 1)
    sell(second, 2)
    sell(first, 3)
    tell_balances([first, still, second], SHOP_MINIMUM, NOW)
    (event,) = first.take_events()
    assert event == BalancesChanged(
        occurred_at=NOW,
        balances=(
            BalanceNow(product_id=1, balance=Quantity.of(46), low=False),
            BalanceNow(product_id=3, balance=Quantity.of(48), low=False),
        ),
    )
    assert event.aggregate_id == 1
    assert still.take_events() == second.take_events() == ()


def test_what_came_back_is_no_news():
    product = loaded()
    product.put_back(Quantity.of(3), lost=True, origin=SALE, by=KEEPER, at=NOW)
    tell_balances([product], SHOP_MINIMUM, NOW)
    assert product.take_events() == ()


def test_a_product_is_told_low_once_as_it_falls_to_its_minimum():
    product = loaded(balance=12)
    for sold, low, told in ((1, False, 0), (1, True, 1), (1, True, 0)):
        sell(product, sold)
        tell_balances([product], SHOP_MINIMUM, NOW)
        events = product.take_events()
        product.forget_changes()
        (changed,) = (event for event in events if isinstance(event, BalancesChanged))
        assert changed.balances[0].low is low
        falls = [event for event in events if isinstance(event, StockLow)]
        assert len(falls) == told
        for fall in falls:
            assert (fall.aggregate_id, fall.balance, fall.minimum) == (
                1,
                Quantity.of(10),
                SHOP_MINIMUM,
            )


def test_its_own_minimum_goes_before_that_of_the_shop():
    product = loaded(balance=12, minimum=Quantity.of(2))
    sell(product, 9)
    tell_balances([product], SHOP_MINIMUM, NOW)
    (changed,) = product.take_events()
    assert isinstance(changed, BalancesChanged)
    assert not changed.balances[0].low


def test_after_a_delivery_it_may_fall_again():
    product = loaded(balance=9)
    product.receive(Quantity.of(20), by=KEEPER, at=NOW)
    tell_balances([product], SHOP_MINIMUM, NOW)
    (changed,) = product.take_events()
    assert isinstance(changed, BalancesChanged)
    product.forget_changes()
    sell(product, 19)
    tell_balances([product], SHOP_MINIMUM, NOW)
    assert any(isinstance(event, StockLow) for event in product.take_events())


def test_very_many_balances_are_told_in_several_events():
    products = [loaded(number, 50) for number in range(1, 402)]
    for product in products:
        sell(product, 1)
    tell_balances(products, SHOP_MINIMUM, NOW)
    events = [event for event in products[0].take_events() if isinstance(event, BalancesChanged)]
    assert [len(event.balances) for event in events] == [200, 200, 1]
