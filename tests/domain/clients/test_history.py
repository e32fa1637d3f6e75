from datetime import UTC, datetime

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import ClientFigures, ClientHistory
from cashhaven_domain.shared.money import Money

MORNING = datetime(2024, 1, 15, 10, 0, tzinfo=UTC)
EVENING = datetime(2024, 1, 15, 20, 0, tzinfo=UTC)


def a_history(sales: ClientFigures, orders: ClientFigures) -> ClientHistory:
    return ClientHistory(
        client_id=ClientId(1), sales=(), orders=(), sale_figures=sales, order_figures=orders
    )


@pytest.mark.parametrize(
    ("total", "count", "average"),
    [("10.00", 1, "10.00"), ("10.00", 3, "3.33"), ("0.05", 2, "0.03"), ("20.00", 3, "6.67")],
)
def test_an_average_is_rounded_to_the_cent_half_up(total, count, average):
    history = a_history(ClientFigures(count=count, total=Money.of(total)), ClientFigures())
    assert history.average_ticket == Money.of(average)


def test_sales_and_orders_count_alike():
    history = a_history(
        ClientFigures(count=1, total=Money.of(10), last_at=EVENING),
        ClientFigures(count=3, total=Money.of(30), last_at=MORNING),
    )
    assert history.total == Money.of(40)
    assert history.average_ticket == Money.of(10)
    assert history.last_visit == EVENING


def test_nothing_bought_has_no_average_and_no_last_visit():
    history = a_history(ClientFigures(), ClientFigures())
    assert (history.total, history.average_ticket, history.last_visit) == (
        Money.zero(),
        None,
        None,
    )
