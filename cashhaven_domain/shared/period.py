"""Stretches of time. A day is a day of the shop's own time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput

_BACKWARDS = "ate: não pode ser antes de desde"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) until `end` (excluded); `None` leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            assert moment is None or moment.tzinfo is not None
        if self.start is not None and self.end is not None and self.start > self.end:
            raise InvalidInput(_BACKWARDS)

    @classmethod
    def between(
        cls, since: date | datetime | None, until: date | datetime | None, zone: tzinfo
    ) -> Self:
        """Return the period that people mean.

        Days are meant whole, both ends included; an instant at the end is excluded.

        Raises:
            InvalidInput: it ends before it begins, or lies outside of the calendar.
        """
        try:
            start = _beginning(since, zone)
            end = _beginning(until, zone, days=1)
        except (OverflowError, ValueError):
            raise InvalidInput("desde, ate: a data está fora do calendário") from None
        if start is not None and start == end and not isinstance(until, datetime):
            raise InvalidInput(_BACKWARDS)  # a day is never empty: it is the one before
        return cls(start, end)

    def contains(self, moment: datetime) -> bool:
        """Whether the moment lies within."""
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )


def _beginning(moment: date | datetime | None, zone: tzinfo, *, days: int = 0) -> datetime | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        assert moment.tzinfo is not None
        return moment.astimezone(UTC)
    midnight = datetime.combine(moment + timedelta(days=days), time.min, tzinfo=zone)
    return midnight.astimezone(UTC)
