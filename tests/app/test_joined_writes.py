"""Writes of one turn of the event loop go out together."""

import asyncio
from typing import Any, cast

from cashhaven_app.joined_writes import MUCH, JoinedWrites


class Wire:
    """A transport that remembers what was done with it."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done


def joined(wire: Wire) -> JoinedWrites:
    return JoinedWrites(cast("asyncio.Transport", wire), asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_is_one_write():
    wire = Wire()
    writes = joined(wire)
    writes.write(b"head")
    writes.write(b"body")
    assert wire.done == []
    await asyncio.sleep(0)
    assert wire.done == [b"headbody"]

    writes.write(b"more")
    await asyncio.sleep(0)
    assert wire.done == [b"headbody", b"more"]


async def test_a_flush_does_not_wait_for_the_turn_and_nothing_goes_out_twice():
    wire = Wire()
    writes = joined(wire)
    writes.write(b"a")
    writes.flush()
    writes.flush()
    await asyncio.sleep(0)
    assert wire.done == [b"a"]


async def test_much_is_not_copied_and_stays_in_its_place():
    wire = Wire()
    writes = joined(wire)
    body = bytes(MUCH)
    writes.write(b"head")
    writes.write(body)
    writes.write(b"tail")
    assert wire.done == [b"head", body]
    assert wire.done[1] is body
    await asyncio.sleep(0)
    assert wire.done[2:] == [b"tail"]


async def test_closing_writes_the_rest_first():
    wire = Wire()
    writes = joined(wire)
    writes.write(b"last words")
    assert not writes.is_closing()
    writes.close()
    assert wire.done == [b"last words", "closed"]
    assert writes.is_closing()
