"""A clock that goes when it is told to."""

from datetime import UTC, datetime, timedelta

from cashhaven_domain.shared.ports import Clock


class SettableClock(Clock):
    """Tells the moment it was set to, and stands still there."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def now(self) -> datetime:
        """Return the moment it shows, in UTC."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Show this moment from now on."""
        assert moment.tzinfo is not None
        self._moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Go on by so much."""
        self._moment += by
