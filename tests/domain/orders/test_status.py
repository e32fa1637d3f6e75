from datetime import timedelta

import pytest

from cashhaven_domain.orders.errors import OrderNotFound, WrongOrderStatus
from cashhaven_domain.orders.events import OrderStatusChanged
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.quantity import Quantity
from tests.support.selling import balance_of, honest_shop, ledger_of, line, ordered, stocked

RECEIVED, PREPARING, READY, DELIVERED, CANCELLED = OrderStatus
WAYS = {
    RECEIVED: [],
    PREPARING: [PREPARING],
    READY: [PREPARING, READY],
    DELIVERED: [PREPARING, READY, DELIVERED],
    CANCELLED: [CANCELLED],
}
ALLOWED = {
    (RECEIVED, PREPARING),
    (PREPARING, READY),
    (READY, DELIVERED),
    (RECEIVED, CANCELLED),
    (PREPARING, CANCELLED),
    (READY, CANCELLED),
}


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


async def change(shop, number, status, actor=None, **parts):
    command = ChangeOrderStatusCommand(order_id=number, status=status, **parts)
    return await shop.change_order_status(actor or shop.operator, command)


async def order_that_is(shop, status, *items):
    number = await ordered(shop, *items or [line(await stocked(shop, 10), 3)])
    for step in WAYS[status]:
        await change(shop, number, step)
    return number


@pytest.mark.parametrize("wanted", OrderStatus)
@pytest.mark.parametrize("present", OrderStatus)
@pytest.mark.parametrize("administrator", [False, True])
async def test_an_order_goes_only_where_it_may(shop, present, wanted, administrator):
    number = await order_that_is(shop, present)
    actor = shop.administrator if administrator else shop.operator
    allowed = ALLOWED | ({(DELIVERED, CANCELLED)} if administrator else set())
    if (present, wanted) in allowed:
        view = await change(shop, number, wanted, actor=actor)
        assert view.status is wanted
    else:
        with pytest.raises(WrongOrderStatus):
            await change(shop, number, wanted, actor=actor)
        view = await shop.find_order(shop.operator, number)
        assert view.status is present


async def test_every_step_is_kept_with_its_moment_and_author(shop):
    number = await order_that_is(shop, RECEIVED)
    shop.clock.advance(timedelta(minutes=1))
    await change(shop, number, PREPARING)
    shop.clock.advance(timedelta(minutes=1))
    view = await change(shop, number, READY, actor=shop.administrator)
    start = view.created_at
    assert [(step.status, step.at - start, step.user_id) for step in view.history] == [
        (RECEIVED, timedelta(0), shop.operator.user_id),
        (PREPARING, timedelta(minutes=1), shop.operator.user_id),
        (READY, timedelta(minutes=2), shop.administrator.user_id),
    ]
    assert view.version == 3
    assert await shop.find_order(shop.operator, number) == view


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("present", [RECEIVED, PREPARING, READY, DELIVERED])
async def test_goods_return_when_untouched_or_said_to_be_whole(shop, present, whole):
    one, other = await stocked(shop, 10), await stocked(shop, 10)
    number = await order_that_is(shop, present, line(one, 3), line(other, 1), line(one, 2))
    await change(shop, number, CANCELLED, actor=shop.administrator, goods_are_whole=whole)
    if whole or present is RECEIVED:
        assert await balance_of(shop, one) == Quantity.of(10)
        assert (await ledger_of(shop, one))[-1] == ("cancelamento", 5)
    else:
        assert await balance_of(shop, one) == Quantity.of(5)
        assert (await ledger_of(shop, one))[-2:] == [("cancelamento", 5), ("perda", -5)]
        assert (await ledger_of(shop, other))[-2:] == [("cancelamento", 1), ("perda", -1)]


async def test_a_change_is_told(shop):
    number = await order_that_is(shop, PREPARING)
    await change(shop, number, CANCELLED)
    told = [event for event in shop.events if isinstance(event, OrderStatusChanged)]
    assert [(e.order_id, e.before, e.status, e.stock_returned) for e in told] == [
        (number, "recebido", "em_preparo", None),
        (number, "em_preparo", "cancelado", False),
    ]


async def test_a_change_is_told_with_the_version_that_the_order_has_then(shop):
    number = await order_that_is(shop, PREPARING)
    view = await change(shop, number, READY)
    (_, event) = (event for event in shop.events if isinstance(event, OrderStatusChanged))
    assert event.version == view.version == 3


async def test_a_change_based_on_an_old_version_is_refused(shop):
    number = await order_that_is(shop, PREPARING)
    with pytest.raises(StaleAggregate):
        await change(shop, number, READY, version=1)
    assert (await change(shop, number, READY, version=2)).version == 3


async def test_a_stale_cancellation_moves_no_stock(shop):
    product = await stocked(shop, 10)
    number = await order_that_is(shop, PREPARING, line(product, 3))
    with pytest.raises(StaleAggregate):
        await change(shop, number, CANCELLED, version=1)
    assert await balance_of(shop, product) == Quantity.of(7)


@pytest.mark.parametrize("status", [PREPARING, CANCELLED])
async def test_an_order_that_is_not_there_goes_nowhere(shop, status):
    with pytest.raises(OrderNotFound):
        await change(shop, OrderId(77), status)


async def test_who_must_change_the_password_changes_nothing(shop):
    number = await order_that_is(shop, RECEIVED)
    actor = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    with pytest.raises(PasswordChangeRequired):
        await change(shop, number, PREPARING, actor=actor)
