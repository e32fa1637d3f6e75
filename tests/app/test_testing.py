"""`open_shop` gives everybody a shop of their own, at once."""

import time
from datetime import UTC, datetime, timedelta
from typing import get_type_hints

from cashhaven_app.testing import Shop, open_shop
from cashhaven_app.use_cases import use_case_providers


def test_a_shop_opens_in_milliseconds():
    open_shop()
    times = []

    for _ in range(10):
        began = time.perf_counter()
        open_shop()
        times.append(time.perf_counter() - began)

    assert min(times) < 0.1


def test_each_shop_has_its_own_books_and_clock():
    one, other = open_shop(), open_shop()

    one.clock.advance(timedelta(hours=1))

    assert one.clock.now() - other.clock.now() == timedelta(hours=1)
    assert one.container.adapters.store() is not other.container.adapters.store()
    assert one.events == ()


def test_the_clock_shows_what_it_is_set_to():
    shop = open_shop(now=datetime(2030, 5, 1, 9, tzinfo=UTC))

    shop.clock.set(datetime(2031, 5, 1, 9, tzinfo=UTC))

    assert shop.clock.now() == datetime(2031, 5, 1, 9, tzinfo=UTC)


def test_every_use_case_is_an_attribute_whose_type_is_written_down():
    declared = {name: kind.__name__ for name, kind in get_type_hints(Shop).items()}
    provided = {
        name: provider().name
        for name, provider in use_case_providers(open_shop().container.use_cases)
    }

    assert declared == provided
