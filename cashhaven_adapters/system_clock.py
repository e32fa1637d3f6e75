"""The time of the machine."""

from datetime import UTC, datetime

from cashhaven_domain.shared.ports import Clock


class SystemClock(Clock):
    """Tells the machine's time, to the microsecond, in UTC."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)
