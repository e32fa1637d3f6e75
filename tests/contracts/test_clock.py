"""The contract of Clock."""

from datetime import UTC, datetime, timedelta

import pytest

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_adapters.system_clock import SystemClock
from cashhaven_domain.shared.ports import Clock


@pytest.fixture(params=["system", "settable"])
def clock(request) -> Clock:
    if request.param == "system":
        return SystemClock()
    return SettableClock(datetime(2024, 1, 15, 7, tzinfo=UTC))


def test_the_time_is_told_in_utc(clock):
    assert clock.now().utcoffset() == timedelta(0)


def test_time_does_not_go_back(clock):
    assert clock.now() <= clock.now()


def test_a_settable_clock_tells_what_it_was_set_to_in_utc():
    clock = SettableClock(datetime.fromisoformat("2024-01-15T07:00:00-03:00"))

    clock.advance(timedelta(minutes=1))

    assert clock.now() == datetime(2024, 1, 15, 10, 1, tzinfo=UTC)
