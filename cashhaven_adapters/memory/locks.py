"""Locks on rows, held until the end of a transaction."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from cashhaven_domain.shared.errors import StorageConflict

SECONDS_TO_WAIT = 3.0
"""As long as SQL servers are told to wait; two transactions that wait for each other end by it."""


@dataclass(slots=True, eq=False)
class _Lock:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    holder: object | None = None
    interested: int = 0
    """How many hold it or wait for it; with the last one it vanishes."""


class Locks:
    """Who holds what; whoever waits longest is next. Only `let_go` gives locks back."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, _Lock] = {}

    async def take(
        self, holder: object, what: Hashable, *, seconds: float = SECONDS_TO_WAIT
    ) -> None:
        """Hold it from now on, after those who hold it or wait for it already.

        Raises:
            StorageConflict: it was not to be had in time.
        """
        entry = self._locks.setdefault(what, _Lock())
        if entry.holder is holder:
            return
        entry.interested += 1
        try:
            async with asyncio.timeout(seconds):
                _ = await entry.lock.acquire()
        except BaseException as error:
            self._leave(what, entry)
            if isinstance(error, TimeoutError):
                raise StorageConflict() from None
            raise
        entry.holder = holder

    def let_go(self, holder: object) -> None:
        """Give back everything that the holder has."""
        for what, entry in list(self._locks.items()):
            if entry.holder is holder:
                entry.holder = None
                entry.lock.release()
                self._leave(what, entry)

    def _leave(self, what: Hashable, entry: _Lock) -> None:
        entry.interested -= 1
        if not entry.interested:
            del self._locks[what]
