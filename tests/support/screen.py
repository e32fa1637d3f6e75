"""A screen that must never be wrong: it is cut off, comes back, and writes down all it saw."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PAUSE_S = 0.2
NEVER_S = 3_600.0
END = 2**63 - 1
"""No offset is larger: after a new epoch nothing is told of the old one."""


@dataclass(slots=True, kw_only=True)
class Screen:
    """One client; `stays` says how long it is connected, and `sleeps` how long it is not."""

    url: str
    token: str
    topics: tuple[str, ...]
    stays: tuple[float, float] = (NEVER_S, NEVER_S)
    sleeps: tuple[float, float] = (0.0, 0.0)
    seed: int = 0
    epoch: str = ""
    last: int = 0
    """The offset up to which everything is known."""
    seen: dict[str, list[int]] = field(default_factory=dict)
    """The offsets of all events, by epoch, as they came."""
    begins: dict[str, int] = field(default_factory=dict)
    """Where in each epoch the screen began to look."""
    gaps: list[tuple[str, int, int]] = field(default_factory=list)
    """What it was honestly told that it would not hear: from an offset, up to another."""
    answers: Counter[str] = field(default_factory=Counter)
    closed: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    """What must never happen: events that do not follow one another."""
    arrived: dict[int, float] = field(default_factory=dict)
    left_at: float = 0.0
    """When the server closed last."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Look until cancelled."""
        chance = random.Random(self.seed)
        while True:
            try:
                await self._look(chance.uniform(*self.stays))
            except (OSError, InvalidHandshake, TimeoutError, EOFError):
                await asyncio.sleep(PAUSE_S)
            except ConnectionClosed as end:
                self.left_at = asyncio.get_running_loop().time()
                self.closed[1006 if end.rcvd is None else end.rcvd.code] += 1
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(chance.uniform(*self.sleeps))

    async def _look(self, seconds: float) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        connection = await connect(self.url, additional_headers=headers, open_timeout=5)
        try:
            async with asyncio.timeout(seconds):
                await self._begin(connection)
                while True:
                    self._take(json.loads(await connection.recv()))
        except TimeoutError:
            pass
        finally:
            self.ready.clear()
            connection.transport.abort()

    async def _begin(self, connection: ClientConnection) -> None:
        welcome = json.loads(await connection.recv())
        frame: dict[str, Any] = {"type": "subscribe", "topics": self.topics}
        if self.epoch:
            frame["since"] = {"epoch": self.epoch, "offset": self.last}
        await connection.send(json.dumps(frame))
        before = self.epoch, self.last
        recovered = not self.epoch
        while True:
            frame = json.loads(await connection.recv())
            if frame["type"] == "resumed":
                recovered = frame["recovered"]
                self.answers[frame.get("reason", "recovered")] += 1
            elif frame["type"] == "subscribed":
                break
            else:
                self._take(frame)
        if not recovered:
            is_same = welcome["epoch"] == before[0]
            self.gaps.append((*before, frame["offset"] if is_same else END))
        if welcome["epoch"] != before[0]:
            self.epoch = welcome["epoch"]
            self.begins[self.epoch] = frame["offset"]
            self.seen.setdefault(self.epoch, [])
        self.last = frame["offset"]
        self.ready.set()

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "event":
            if frame["prev"] != self.last or frame["offset"] <= self.last:
                self.broken.append(f"{frame['offset']} after {frame['prev']}, not {self.last}")
            self.last = frame["offset"]
            self.seen[self.epoch].append(frame["offset"])
            self.arrived[frame["offset"]] = asyncio.get_running_loop().time()
        elif frame["type"] == "subscribed":
            self.last = frame["offset"]
        elif frame["type"] == "heartbeat" and frame["offset"] != self.last:
            self.broken.append(f"heartbeat at {frame['offset']}, not {self.last}")

    def lacks(self, epoch: str, offsets: list[int]) -> list[int]:
        """Return which of these offsets, of all events of its topics, it should have seen."""
        known = set(self.seen.get(epoch, ()))
        gaps = [(begin, end) for name, begin, end in self.gaps if name == epoch]
        return [
            offset
            for offset in offsets
            if offset > self.begins[epoch]
            and offset not in known
            and not any(begin < offset <= end for begin, end in gaps)
        ]

    def has_twice(self) -> list[int]:
        """Return the offsets that came more than once."""
        return [
            offset
            for offsets in self.seen.values()
            for offset, times in Counter(offsets).items()
            if times > 1
        ]
