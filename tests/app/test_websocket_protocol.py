"""What arrives at a socket and keeps no rules: bounded, and no matter to anybody else."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from cashhaven_app.http_protocol import BoundedProtocol
from cashhaven_app.websocket_protocol import BoundedSocket
from tests.support.raw_socket import BINARY, CONTINUATION, PING, PONG, TEXT, RawSocket, frame
from tests.support.seconds import until
from tests.support.selling import stocked
from tests.support.served_shop import ServedShop, served_shop

BEAT = json.dumps({"type": "ping"}).encode()
ROOM = 4_096


@pytest_asyncio.fixture
async def served() -> AsyncIterator[ServedShop]:
    """A shop that waits for answers to its pings no longer than a moment."""
    async with served_shop(settings={"ping_seconds": 0.5, "pong_seconds": 0.3}) as shop:
        yield shop


async def raw(served: ServedShop, **options: Any) -> RawSocket:
    """Return the connection of somebody who is signed in and keeps no rules."""
    socket = await served.raw(await served.token_of(), **options)
    opcode, _ = await socket.next()
    assert opcode == TEXT
    return socket


async def test_whoever_answers_no_ping_is_sent_away(served):
    silent, polite = await raw(served), await served.peer("joana")

    began = time.monotonic()

    assert await silent.closed() == 4408
    assert time.monotonic() - began < 1.5
    await polite.goes_on()


async def test_a_connection_that_died_in_silence_is_let_go(served):
    await (await raw(served, room=ROOM)).closed()

    await until(lambda: not served.connections)


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([frame(TEXT, b"\xff")], 1007),
        ([frame(TEXT, b"\xc3", final=False), frame(CONTINUATION, b"(")], 1007),
        ([frame(TEXT, BEAT, compressed=True)], 1002),
        ([b"\x81\x04ping"], 1002),
        ([frame(0x3)], 1002),
        ([frame(CONTINUATION)], 1002),
        ([frame(PING, b"x" * 126)], 1002),
        ([bytes([0x81, 0xFF]) + (2**30).to_bytes(8) + bytes(4)], 1009),
        ([bytes([0x81, 0xFF]) + (100_000).to_bytes(8) + bytes(4) + b"x" * 80_000], 4413),
        ([frame(TEXT, b" " * 65_537)], 4413),
        ([frame(TEXT, b" " * 40_000, final=False), frame(CONTINUATION, b" " * 40_000)], 4413),
        ([frame(TEXT, final=False), *[frame(CONTINUATION, final=False)] * 300], 4413),
        ([frame(BINARY, b"x")] * 3, 4400),
        ([frame(TEXT, b"{")] * 3, 4400),
        ([frame(TEXT, BEAT)] * 500, 4429),
        ([frame(PING)] * 1_001, 4429),
        ([frame(PONG)] * 1_001, 4429),
    ],
)
async def test_what_keeps_no_rules_is_sent_away_with_its_code(served, pieces, code):
    socket, other = await raw(served), await served.peer("joana")

    socket.send(*pieces)

    assert await socket.closed() == code
    await other.goes_on()


async def test_whoever_does_not_say_goodbye_is_hung_up_on(served):
    socket = await raw(served)

    socket.send(*[frame(BINARY, b"x")] * 3)

    assert await socket.closed() == 4400
    await socket.hung_up(4)
    await until(lambda: not served.connections)


async def test_before_signing_in_there_is_room_for_little(served):
    unknown = await served.raw(None)

    unknown.send(bytes([0x81, 0xFF]) + (60_000).to_bytes(8) + bytes(4) + b"x" * 10_000)

    assert await unknown.closed() == 4413


async def test_fragments_are_one_frame(served):
    socket = await raw(served)

    socket.send(
        frame(TEXT, BEAT[:3], final=False),
        frame(CONTINUATION, BEAT[3:5], final=False),
        frame(PING),
        frame(CONTINUATION, BEAT[5:]),
    )

    assert await socket.next() == (PONG, b"")
    assert json.loads((await socket.next())[1]) == {"type": "pong"}


async def test_pings_are_answered(served):
    socket = await raw(served)

    socket.send(frame(PING, b"tick"))

    assert await socket.next() == (PONG, b"tick")


async def test_nothing_is_compressed(served):
    offer = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}
    socket = await served.raw(await served.token_of(), **offer)

    assert b"101" in socket.head.splitlines()[0]
    assert b"extensions" not in socket.head.lower()


async def test_whoever_floods_on_after_being_sent_away_is_not_listened_to(served):
    socket, other = await raw(served), await served.peer("joana")

    for _ in range(10):
        socket.send(frame(TEXT, BEAT) * 2_000)
        began = time.monotonic()
        await other.goes_on()
        assert time.monotonic() - began < 0.5
        await asyncio.sleep(0.01)


async def test_whoever_never_reads_costs_the_others_nothing_and_is_let_go():
    async with served_shop(most_waiting=64, room=ROOM) as served:
        stuck, other = await raw(served, room=ROOM), await served.peer("joana")
        stuck.send(frame(TEXT, json.dumps({"type": "subscribe", "topics": ["user"]}).encode()))
        await other.subscribe("user")
        heard = 0
        while len(served.connections) == 2:
            await served.notify(everybody=True, text="x" * 400)
            await other.hear("event")
            heard += 1
            assert heard < 5_000

        assert heard > 64
        await other.goes_on()


async def test_whoever_reads_again_learns_why():
    async with served_shop(most_waiting=64, room=ROOM) as served:
        peer = await served.peer()
        await peer.subscribe("user")
        peer.connection.transport.pause_reading()
        while not any(each.close_sent for each in served.connections):
            for _ in range(50):
                await served.notify(everybody=True, text="x" * 400)
            await served.settle()

        peer.connection.transport.resume_reading()

        assert await peer.closed() == 4409


@pytest.mark.parametrize("plain", [False, True])
async def test_a_stopping_server_sends_everybody_away(plain):
    async with served_shop(plain=plain) as served:
        peers = [await served.peer(name) for name in ("maria", "joana")]

        served.stop()

        assert [await peer.closed() for peer in peers] == [1012, 1012]


async def test_it_does_so_evenly_over_some_seconds():
    async with served_shop(settings={"closing_seconds": 0.8}) as served:
        peers = [await served.peer(name) for name in ("a", "b", "c", "d")]
        began = time.monotonic()

        async def end(peer):
            assert await peer.closed() == 1012
            return time.monotonic() - began

        ends = asyncio.gather(*(end(peer) for peer in peers))
        served.stop()

        for place, moment in enumerate(sorted(await ends)):
            assert moment == pytest.approx(0.2 * place, abs=0.15)


async def test_requests_at_work_are_answered_first():
    async with served_shop() as served:
        await stocked(served.shop)
        begun, goes_on = asyncio.Event(), asyncio.Event()
        search = served.shop.container.use_cases.search_products()
        usual = search.use_case

        async def slowly(*arguments):
            begun.set()
            await goes_on.wait()
            return await usual(*arguments)

        search.use_case = slowly
        peer = await served.peer()
        await peer.say(type="request", id=1, action="stock.search", data={"nome": "produto"})
        await begun.wait()

        served.stop()
        await peer.hears_nothing(0.05)
        await peer.say(type="request", id=2, action="stock.search", data={"nome": "produto"})
        refused = await peer.hear("response")
        goes_on.set()

        assert (refused["id"], refused["code"]) == (2, "UNAVAILABLE")
        assert (await peer.hear("response"))["ok"]
        assert await peer.closed() == 1012


@pytest.mark.parametrize("signed_in", [True, False])
async def test_what_a_connection_took_is_free_when_it_ends(signed_in):
    async with served_shop(limited=False, heartbeat=0.3) as served:
        token = await served.token_of()
        stays = await served.enter(token)
        _ = gc.collect()
        gc.disable()
        try:
            for _ in range(10):
                passing = await served.raw(token if signed_in else "nobody's")
                passing.abort()
            await until(lambda: len(_sockets()) == 1)
        finally:
            gc.enable()
        await stays.goes_on()


def _sockets() -> list[object]:
    kinds = BoundedProtocol, BoundedSocket
    return [thing for thing in gc.get_objects() if type(thing) in kinds]
