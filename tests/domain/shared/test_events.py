"""What every event has."""

from datetime import UTC, datetime

import pytest

from cashhaven_domain.shared.events import DomainEvent


def test_an_event_that_does_not_say_what_it_happened_to_is_a_mistake():
    with pytest.raises(AssertionError, match="DomainEvent names no aggregate"):
        _ = DomainEvent(occurred_at=datetime(2024, 1, 15, tzinfo=UTC)).aggregate_id
