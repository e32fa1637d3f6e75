"""When the products in memory are as new as they must be, and how they become so."""

import asyncio
import heapq
import time
from collections.abc import Callable, Sequence, Set

from cashhaven_adapters.sql.catalogue.comparing import Known
from cashhaven_adapters.sql.catalogue.names import Name, Names
from cashhaven_adapters.sql.catalogue.rows import KeptProduct, read_from, read_these
from cashhaven_adapters.sql.catalogue.shelf import Shelf
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.session import end_of

_EARLY = 0.5
"""After this part of its age the shelf is compared while it is still good, so that nobody waits."""
_NAMES_AT_ONCE = 5_000


class Catalogue:
    """The shelf, never older than it may be.

    What this process committed is on it at once: the products are read again, together, before the
    next answer. Nothing is taken over from the commit itself, since commits and readings overtake
    one another; one reading at a time cannot put back what an earlier one has seen. What others
    committed is on it when `max_age` seconds have passed.
    """

    def __init__(
        self,
        database: Database,
        *,
        max_age: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._max_age = max_age
        self._monotonic = monotonic
        self._shelf: Shelf | None = None
        self._known = Known()
        self._compared_at = float("-inf")
        self._touched: set[int] = set()
        self._times_touched = 0
        self._times_read = 0
        self._reading: asyncio.Task[Shelf] | None = None
        database.product_listeners.append(self.touch)

    def touch(self, product_ids: Set[int]) -> None:
        """Take down that a commit of this process may have changed these products."""
        self._touched |= product_ids
        self._times_touched += 1

    async def shelf(self) -> Shelf:
        """Return the products as they are.

        Many who ask at once share one reading, and whoever is cancelled leaves it to the others.

        Raises:
            Unavailable: they had to be read, and the database is away.
        """
        now, touched = self._monotonic(), self._times_touched
        while True:
            age = now - self._compared_at
            if self._shelf is not None and self._times_read >= touched and age <= self._max_age:
                if age > _EARLY * self._max_age and self._reading is None:
                    _ = self._begin_reading()
                return self._shelf
            _ = await asyncio.shield(self._reading or self._begin_reading())

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            _ = self._reading.cancel()
            await end_of(self._reading)

    def _begin_reading(self) -> "asyncio.Task[Shelf]":
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(_look_away)
        return self._reading

    async def _read(self) -> Shelf:
        """Bring the shelf up to this moment."""
        began, times = self._monotonic(), self._times_touched
        touched, self._touched = self._touched, set()
        try:
            if self._shelf is None:
                self._shelf = await self._filled()
                self._compared_at = began
            else:
                await self._refresh(self._shelf, touched, began)
        except BaseException:
            self._touched |= touched
            raise
        finally:
            # Whoever asks from now on must not get what went wrong before.
            self._reading = None
        self._times_read = times
        return self._shelf

    async def _refresh(self, shelf: Shelf, touched: Set[int], began: float) -> None:
        is_due = began - self._compared_at > _EARLY * self._max_age
        async with self._database.reading(snapshot=is_due) as session:
            self._put(shelf, await read_these(session, touched))
            if is_due:
                changed = await self._known.changed(session)
                self._put(shelf, await read_these(session, changed))
                self._compared_at = began

    def _put(self, shelf: Shelf, rows: Sequence[KeptProduct]) -> None:
        for row in rows:
            self._known.note(row.id, row.stamp)
        shelf.put(rows)

    async def _filled(self) -> Shelf:
        """Return a shelf with everything; other work goes on between the parts of it."""
        shelf, known = Shelf(), Known()
        runs: list[list[Name]] = []
        async with self._database.reading(snapshot=True) as session:
            last = 0
            while part := await read_from(session, last):
                last = part[-1].id
                for row in part:
                    known.note(row.id, row.stamp)
                runs.append(shelf.append(part))
        names: list[Name] = []
        for name in heapq.merge(*runs):
            names.append(name)
            if not len(names) % _NAMES_AT_ONCE:
                await asyncio.sleep(0)
        # A hundred thousand names are some tens of milliseconds that nobody should wait.
        shelf.name(await asyncio.to_thread(Names, names))
        self._known = known
        return shelf


def _look_away(reading: "asyncio.Task[Shelf]") -> None:
    """Those who wait for a reading are told of its failure; when nobody does, nobody needs to."""
    _ = reading.cancelled() or reading.exception()
