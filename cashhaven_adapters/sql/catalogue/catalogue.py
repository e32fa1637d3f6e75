"""When the products in memory are as new as they must be, and how they become so."""

import asyncio
import heapq
from collections.abc import Callable, Sequence, Set
from typing import Protocol

from cashhaven_adapters.sql.catalogue.names import Name, Names
from cashhaven_adapters.sql.catalogue.rows import read_from, read_these
from cashhaven_adapters.sql.catalogue.shelf import Shelf
from cashhaven_adapters.sql.catalogue.touched import products_of
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.session import end_of
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stream.stored_event import StoredEvent

_NAMES_AT_ONCE = 5_000


class Tail(Protocol):
    """Whoever reads the stream in this process and tells what is in it."""

    listeners: list[Callable[[Sequence[StoredEvent]], None]]
    reset_listeners: list[Callable[[], None]]
    """Told when events went by unread."""

    async def catch_up(self, within: float = 0.0) -> None:
        """Have everything told that was there `within` so many seconds ago.

        Raises:
            Unavailable: the stream cannot be read.
        """
        ...


class Catalogue:
    """The shelf, never older than it may be.

    What this process committed is on it at once: the products are read again, together, before the
    next answer. What others committed the stream tells, and a request waits for it when it was not
    read for `max_age` seconds. Nothing is taken over from a commit or an event itself, since they
    and readings overtake one another; one reading at a time cannot put back what an earlier one
    has seen.
    """

    def __init__(self, database: Database, stream: Tail, *, max_age: float) -> None:
        self._database = database
        self._stream = stream
        self._max_age = max_age
        self._shelf: Shelf | None = None
        self._is_void = True
        self._touched: set[int] = set()
        self._times_touched = 1
        self._times_read = 0
        self._reading: asyncio.Task[Shelf] | None = None
        database.product_listeners.append(self.touch)
        stream.listeners.append(self.hear)
        stream.reset_listeners.append(self.reset)

    def touch(self, product_ids: Set[int]) -> None:
        """Take down that a commit of this process may have changed these products."""
        self._touched |= product_ids
        self._times_touched += 1

    def hear(self, events: Sequence[StoredEvent]) -> None:
        """Take down what anybody changed."""
        if self._shelf is None and self._reading is None:
            return  # whatever fills it comes later
        told = {
            number
            for event in events
            for number, balance in products_of(event)
            if balance is None or not self._has(number, balance)
        }
        if told:
            self.touch(told)

    def reset(self) -> None:
        """Take down that anything may have changed."""
        self._is_void = True
        self._times_touched += 1

    async def shelf(self) -> Shelf:
        """Return the products as they are.

        Many who ask at once share one reading, and whoever is cancelled leaves it to the others.

        Raises:
            Unavailable: they or the stream had to be read, and the database is away.
        """
        await self._stream.catch_up(self._max_age)
        touched = self._times_touched
        while self._shelf is None or self._times_read < touched:
            _ = await asyncio.shield(self._reading or self._begin_reading())
        return self._shelf

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            _ = self._reading.cancel()
            await end_of(self._reading)

    def _has(self, number: int, balance: Quantity) -> bool:
        """Whether the shelf shows this balance, and nothing read earlier can replace it."""
        if self._shelf is None or self._reading is not None:
            return False
        product = self._shelf.find(number)
        return product is not None and product.balance == balance

    def _begin_reading(self) -> "asyncio.Task[Shelf]":
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(_look_away)
        return self._reading

    async def _read(self) -> Shelf:
        """Bring the shelf up to this moment."""
        times = self._times_touched
        touched, self._touched = self._touched, set()
        is_void, self._is_void = self._is_void, False
        try:
            if is_void or self._shelf is None:
                self._shelf = await self._filled()
            else:
                async with self._database.reading() as session:
                    self._shelf.put(await read_these(session, touched))
        except BaseException:
            self._touched |= touched
            self._is_void |= is_void
            raise
        finally:
            # Whoever asks from now on must not get what went wrong before.
            self._reading = None
        self._times_read = times
        return self._shelf

    async def _filled(self) -> Shelf:
        """Return a shelf with everything; other work goes on between the parts of it."""
        shelf = Shelf()
        runs: list[list[Name]] = []
        async with self._database.reading(snapshot=True) as session:
            last = 0
            while part := await read_from(session, last):
                last = part[-1].id
                runs.append(shelf.append(part))
        names: list[Name] = []
        for name in heapq.merge(*runs):
            names.append(name)
            if not len(names) % _NAMES_AT_ONCE:
                await asyncio.sleep(0)
        # A hundred thousand names are some tens of milliseconds that nobody should wait.
        shelf.name(await asyncio.to_thread(Names, names))
        return shelf


def _look_away(reading: "asyncio.Task[Shelf]") -> None:
    """Those who wait for a reading are told of its failure; when nobody does, nobody needs to."""
    _ = reading.cancelled() or reading.exception()
