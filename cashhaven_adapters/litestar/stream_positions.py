"""How far the stream had come before a list was read: from there a screen goes on by itself."""

from collections.abc import Awaitable, Callable

from cashhaven_domain.stream.position import StreamPosition

HEADER = "X-Stream-Position"

ReadPosition = Callable[[], Awaitable[StreamPosition]]
"""Whatever is read after it was asked contains what the events up to its answer tell."""


def position_header(position: StreamPosition) -> dict[str, str]:
    """Return the header of a list that was read after this position."""
    return {HEADER: position.text}
