"""Lines that come with every request, made with as little work as a line can be.

They hold numbers, and words that our own program chose or that were redacted; the same keys in the
same order as every other line.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import structlog
from structlog.typing import Processor

from cashhaven_adapters.structlog_logging.buffering import BufferedStream
from cashhaven_adapters.structlog_logging.redaction import REDACTED, clean, is_secret

MOST_WORDS = 1_000
_HIDDEN = f',"{{}}":"{REDACTED}"'
_LONGEST_PERSONAL = 24


@dataclass(slots=True)
class Lane:
    """Where frequent lines go while the log is what `configure_logging` made it."""

    stream: BufferedStream
    processors: list[Processor]
    last: Processor
    everywhere: Mapping[str, object]
    _words: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, str | None] = field(default_factory=dict)
    _second: int = 0
    _begin: str = ""
    _end: str = field(init=False)

    current: ClassVar["Lane | None"] = None

    def __post_init__(self) -> None:
        """Prepare the end of every line."""
        pairs = [self._pair(name, value) for name, value in self.everywhere.items()]
        self._end = f"{''.join(pairs)}}}\n"

    @property
    def is_open(self) -> bool:
        """Whether nobody has put anything else in place of the log since."""
        return bool(self.processors) and self.processors[-1] is self.last

    def write(self, event: str, request_id: str | None, values: Mapping[str, object]) -> None:
        """Write a line."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._begin = time.strftime('{"ts":"%Y-%m-%dT%H:%M:%S.', time.gmtime(second))
        parts = [
            f'{self._begin}{int((now - second) * 1000):03d}Z","level":"info","event":"{event}"'
        ]
        if request_id is not None:
            parts.append(f',"request_id":{self._id(request_id)}')
        keys, words = self._keys, self._words
        for name, value in values.items():
            key = keys.get(name)
            # Nearly every value is a number or a word that was written before.
            if key is None:
                parts.append(self._pair(name, value))
            elif type(value) is int or type(value) is float:
                parts.append(f"{key}{value!r}")
            elif type(value) is str and value in words:
                parts.append(key + words[value])
            else:
                parts.append(self._pair(name, value))
        parts.append(self._end)
        self.stream.keep("".join(parts))

    def _id(self, text: str) -> str:
        # Nothing personal is so long a row of letters and digits; ids of ours are.
        if len(text) > _LONGEST_PERSONAL and text.isascii() and text.isalnum():
            return f'"{text}"'
        return json.dumps(clean("request_id", text))

    def _pair(self, name: str, value: object) -> str:
        try:
            key = self._keys[name]
        except KeyError:
            key = self._keys[name] = None if is_secret(name) else f',"{name}":'
        if key is None:
            return _HIDDEN.format(name)
        kind = type(value)
        if kind is int or kind is float:
            return f"{key}{value!r}"
        if kind is str:
            word = self._words.get(value)  # type: ignore[call-overload]  # its type was looked at
            return f"{key}{word or self._learn(value)}"  # type: ignore[arg-type]  # the same
        if kind is list and all(type(item) is int for item in value):  # type: ignore[attr-defined]  # the same
            return f"{key}{value!r}".replace(" ", "")
        return f"{key}{json.dumps(clean(name, value), separators=(',', ':'))}"

    def _learn(self, text: str) -> str:
        if len(self._words) >= MOST_WORDS:
            self._words.clear()
        word = self._words[text] = json.dumps(clean("", text))
        return word


def write_often(event: str, request_id: str | None, **values: object) -> None:
    """Write a line at level INFO soon; at once, and in the usual way, where text is asked for."""
    lane = Lane.current
    if lane is not None and lane.is_open:
        lane.write(event, request_id, values)
    else:
        structlog.get_logger().info(event, **values)
