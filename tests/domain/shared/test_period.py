from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.period import Period

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MADRID = ZoneInfo("Europe/Madrid")

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
zones = st.sampled_from([SAO_PAULO, MADRID, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])


def test_a_day_is_a_day_of_the_shop_and_counts_whole():
    day = Period.between(date(2024, 1, 15), date(2024, 1, 15), SAO_PAULO)
    assert day.start == datetime(2024, 1, 15, 3, tzinfo=UTC)
    assert day.end == datetime(2024, 1, 16, 3, tzinfo=UTC)
    assert day.contains(datetime(2024, 1, 16, 2, 59, 59, 999999, tzinfo=UTC))
    assert not day.contains(datetime(2024, 1, 16, 3, tzinfo=UTC))
    assert day.contains(datetime(2024, 1, 15, 3, tzinfo=UTC))
    assert not day.contains(datetime(2024, 1, 15, 2, 59, tzinfo=UTC))


def test_an_instant_at_the_end_is_excluded():
    start, end = (datetime(2024, 1, 15, hour, tzinfo=UTC) for hour in (10, 11))
    period = Period.between(start, end, SAO_PAULO)
    assert period.contains(start)
    assert not period.contains(end)


def test_an_instant_of_any_zone_is_the_same_instant():
    moment = datetime(2024, 1, 15, 10, tzinfo=MADRID)
    assert Period.between(moment, None, SAO_PAULO).start == datetime(2024, 1, 15, 9, tzinfo=UTC)


def test_a_side_that_is_not_given_is_open():
    everything = Period.between(None, None, SAO_PAULO)
    assert everything.contains(datetime.min.replace(tzinfo=UTC))
    assert everything.contains(datetime.max.replace(tzinfo=UTC))


def test_the_day_on_which_the_clock_goes_forward_is_shorter():
    day = Period.between(date(2024, 3, 31), date(2024, 3, 31), MADRID)
    assert day.start is not None
    assert day.end is not None
    assert day.end - day.start == timedelta(hours=23)


@given(days, zones)
def test_days_follow_one_another_without_a_gap(day, zone):
    first = Period.between(day, day, zone)
    second = Period.between(day + timedelta(days=1), None, zone)
    assert first.end == second.start


def test_a_period_does_not_end_before_it_begins():
    for since, until in (
        (date(2024, 1, 16), date(2024, 1, 14)),
        (date(2024, 1, 16), date(2024, 1, 15)),
        (datetime(2024, 1, 16, 3, tzinfo=UTC), date(2024, 1, 15)),
        (datetime(2024, 1, 15, 11, tzinfo=UTC), datetime(2024, 1, 15, 10, tzinfo=UTC)),
    ):
        with pytest.raises(InvalidInput, match="ate"):
            Period.between(since, until, SAO_PAULO)


def test_an_empty_period_is_one():
    moment = datetime(2024, 1, 15, 11, tzinfo=UTC)
    assert not Period.between(moment, moment, SAO_PAULO).contains(moment)


@pytest.mark.parametrize(
    ("since", "until"),
    [(date.min, date.max), (None, date.max), (date(1, 1, 1), None)],
)
def test_days_outside_of_the_calendar_are_refused(since, until):
    with pytest.raises(InvalidInput, match="calendário"):
        Period.between(since, until, ZoneInfo("Asia/Tokyo"))


def test_a_moment_without_a_zone_is_none():
    with pytest.raises(AssertionError):
        Period(datetime(2024, 1, 15), None)  # noqa: DTZ001 - that is what is tested
