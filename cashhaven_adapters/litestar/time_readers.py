"""Readers of days and instants."""

from datetime import UTC, date, datetime
from typing import Annotated

import msgspec

from cashhaven_adapters.litestar.json_text import Data
from cashhaven_domain.shared.errors import InvalidInput

_Aware = Annotated[datetime, msgspec.Meta(tz=True)]


def moment(value: Data) -> datetime:
    """Read an instant with its offset, as UTC."""
    try:
        return msgspec.convert(_offset_kept(_plain_text(value)), _Aware).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("deve ser data e hora com fuso, como 2024-01-15T10:00:00-03:00")


def _plain_text(value: Data) -> str:
    if not isinstance(value, str) or not value.isascii():
        raise ValueError(value)
    return value


def _offset_kept(value: str) -> str:
    """Undo what the form encoding of addresses does to the `+` of an offset."""
    if value[-6:-5] == " ":
        return f"{value[:-6]}+{value[-5:]}"
    return value


def day(value: Data) -> date:
    """Read a day."""
    try:
        return msgspec.convert(_plain_text(value), date)
    except ValueError:
        raise InvalidInput("deve ser um dia, como 2024-01-15") from None


def day_or_moment(value: Data) -> date:
    """Read a day or an instant."""
    for read in (day, moment):
        try:
            return read(value)
        except InvalidInput:
            continue
    raise InvalidInput("deve ser um dia (2024-01-15) ou data e hora com fuso")
