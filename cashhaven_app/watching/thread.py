"""The thread of events: each one once, in order, and every loss noticed."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from cashhaven_domain.stream.position import StreamPosition

Frame: TypeAlias = dict[str, Any]
"""A frame as JSON has it."""
MOST_REPAIRS = 3
"""Whoever asks that often for the same events fetches afresh instead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An event to be shown."""

    event: Frame


@dataclass(frozen=True, slots=True)
class Ask:
    """A frame to be sent: something is missing."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Lost:
    """What was missed cannot be told any more: fetch afresh, then `start` from there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Back:
    """So many missed events were shown just now; live events follow."""

    count: int


Outcome: TypeAlias = Shown | Ask | Lost | Back | None


class Thread:
    """Follows topics from a position on, over as many connections as it takes."""

    def __init__(self, topics: list[str]) -> None:
        self.topics = topics
        self._epoch = ""
        self._offset: int | None = None
        self._is_live = False
        self._came: int | None = None
        """How many events came since the question for them, while its answer is awaited."""
        self._repairs = 0

    @property
    def position(self) -> StreamPosition | None:
        """Up to where everything was shown; `None` before anything is known."""
        return None if self._offset is None else StreamPosition(self._epoch, self._offset)

    def start(self, position: StreamPosition | None, epoch: str) -> Frame:
        """Return the frame that asks for what follows a position, or what follows now."""
        if position is not None:
            self._epoch, self._offset = position.epoch, position.offset
            return self.resume()
        self._epoch, self._offset = epoch, None
        self._is_live, self._came = True, None
        return {"type": "subscribe", "topics": self.topics}

    def forget(self) -> None:
        """Know nothing any more, until the next `start`."""
        self._offset = self._came = None
        self._is_live = False

    def resume(self) -> Frame:
        """Return the frame that asks for what follows the last event that was shown."""
        self._is_live, self._came = False, 0
        since = {"epoch": self._epoch, "offset": self._offset}
        return {"type": "subscribe", "topics": self.topics, "since": since}

    def take(self, frame: Frame) -> Outcome:
        """Take a frame from the server; return what follows from it."""
        match frame["type"]:
            case "event":
                return self._take_event(frame)
            case "resumed":
                return self._take_resumed(frame)
            case "subscribed":
                self._take_subscribed(frame)
            case "heartbeat" if self._is_live and frame["offset"] > (self._offset or 0):
                return self._repair()
        return None

    def _take_event(self, event: Frame) -> Outcome:
        if self._offset is None or event["offset"] <= self._offset:
            return None
        if not self._is_live and self._came is None:
            return None
        if event["prev"] != self._offset:
            return self._repair() if self._is_live else None
        if self._came is not None:
            self._came += 1
        self._offset = event["offset"]
        return Shown(event)

    def _take_resumed(self, frame: Frame) -> Outcome:
        came, self._came = self._came, None
        if not frame["recovered"]:
            return Lost(str(frame.get("reason", "")))
        if came != frame["count"]:
            return self._repair()
        self._repairs = 0
        self._is_live = True
        return Back(frame["count"])

    def _take_subscribed(self, frame: Frame) -> None:
        if self._is_live and frame["offset"] > (-1 if self._offset is None else self._offset):
            self._offset = frame["offset"]

    def _repair(self) -> Outcome:
        self._repairs += 1
        if self._repairs > MOST_REPAIRS:
            self._repairs = 0
            self._is_live = False
            return Lost("gap")
        return Ask(self.resume())
