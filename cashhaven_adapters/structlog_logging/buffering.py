"""A stream that keeps the frequent lines for a moment and writes many of them at once."""

import threading
from collections import deque
from contextlib import suppress
from typing import TextIO

SECONDS_KEPT = 0.1
MOST_KEPT = 2_000
"""Lines; whoever logs faster than the stream takes them waits for it."""


class BufferedStream:
    """Whatever is written stays in order; lines kept for later come before those of now.

    Every `flush` writes all there is, and so does the end of the program in good order, as handlers
    are flushed then. A killed process loses the last tenth of a second of what was kept.
    """

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self._kept: deque[str] = deque()
        self._writing = threading.Lock()
        self._is_awaited = False

    def keep(self, line: str) -> None:
        """Take a line, to be written soon."""
        self._kept.append(line)
        if len(self._kept) >= MOST_KEPT:
            self.flush()
        elif not self._is_awaited:
            self._is_awaited = True
            soon = threading.Timer(SECONDS_KEPT, self._flush_in_background)
            soon.daemon = True
            soon.start()

    def write(self, text: str) -> int:
        """Take a text, to be written by the next `flush`."""
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """Write everything now."""
        with self._writing:
            texts = []
            while self._kept:
                texts.append(self._kept.popleft())
            if texts:
                _ = self._target.write("".join(texts))
            self._target.flush()

    def _flush_in_background(self) -> None:
        self._is_awaited = False
        # When the stream is gone there is nobody left to tell.
        with suppress(OSError, ValueError):
            self.flush()
