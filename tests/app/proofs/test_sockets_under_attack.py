"""Clients that keep no rules, all at once, at the real server: the others hardly notice."""

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.app.proofs.test_screens import looking
from tests.support.raw_socket import BINARY, CONTINUATION, PING, TEXT, RawSocket, frame
from tests.support.screen import Screen
from tests.support.server_process import ServerProcess
from tests.support.till import open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180)]

SCREENS = 20
SALES = 60
ROOM = 4_096
PATIENCE_S = 0.25
SUBSCRIBE = frame(TEXT, json.dumps({"type": "subscribe", "topics": ["stock", "sales"]}).encode())
SETTINGS = {
    # Everybody here comes from one address.
    "SOCKET_CONNECTIONS_PER_ADDRESS": "1000",
    "SOCKET_CONNECTIONS_PER_USER": "1000",
    "SOCKET_SIGN_IN_SECONDS": "1",
    "SOCKET_PING_SECONDS": "2",
    "SOCKET_PONG_SECONDS": "1",
    "SOCKET_CLOSING_SECONDS": "1",
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """The server, with the limits as they are but for the numbers of one address."""
    async with ServerProcess(tmp_path, SETTINGS) as process:
        yield process


async def test_the_others_hardly_notice(server: ServerProcess) -> None:
    token, (product, *_) = await open_for_business(server.url, products=1, balance=50_000)
    url = server.url.replace("http", "ws") + "/ws"
    screens = [
        Screen(url=url, token=token, topics=("stock", "sales"), seed=n) for n in range(SCREENS)
    ]
    codes: dict[str, set[int]] = {}
    async with looking(screens):
        for screen in screens:
            _ = await asyncio.wait_for(screen.ready.wait(), 10)
        quiet = await delays(server, token, product, screens)
        attackers = [
            asyncio.create_task(again_and_again(attack, server.port, token, codes))
            for attack in ATTACKS
            for _ in range(3)
        ]
        await asyncio.sleep(1)
        attacked = await delays(server, token, product, screens)
        for attacker in attackers:
            _ = attacker.cancel()
        _ = await asyncio.wait(attackers)

    # Whoever reads nothing may never hear of the code.
    assert codes.pop("never_reads", {4409}) <= {4409, 4408, 1006}
    assert codes == {
        "never_pongs": {4408},
        "floods": {4429},
        "binary": {4400},
        "too_large": {4413},
        "no_utf_8": {1007},
        "fragments_without_end": {4413},
        "pings_without_end": {4429},
        "says_nothing": {4401},
    }
    for screen in screens:
        assert not screen.closed
        assert screen.broken == []
    assert statistics.median(attacked) <= 2 * statistics.median(quiet) + 0.05
    assert statistics.quantiles(attacked, n=100)[98] < 0.5


async def delays(
    server: ServerProcess, token: str, product: int, screens: list[Screen]
) -> list[float]:
    """Sell, and return how long it took from the request to each screen."""
    headers = {"Authorization": f"Bearer {token}"}
    now = asyncio.get_running_loop().time
    found = []
    async with httpx.AsyncClient(base_url=server.url, timeout=10, headers=headers) as client:
        for _ in range(SALES):
            for screen in screens:
                screen.arrived.clear()
            began = now()
            sale = {"id": product, "venda": 12, "inicio": WHEN, "fim": WHEN}
            _ = (await client.post("/api/sale/forsale", json=sale)).raise_for_status()
            while not all(len(screen.arrived) == 2 for screen in screens):  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.001)
            found += [max(screen.arrived.values()) - began for screen in screens]
            await asyncio.sleep(0.03)
    return found


WHEN = "2024-01-15T10:00:00Z"


# --- the attacks; each returns the code that it was sent away with


async def never_reads(port: int, token: str) -> int:
    """Ask for much and read nothing of it."""
    socket = await RawSocket.open(port, room=ROOM, Authorization=f"Bearer {token}")
    search = {"type": "request", "id": 1, "action": "stock.search", "data": {"nome": "a"}}
    with leaving(socket):
        socket.send(SUBSCRIBE)
        for _ in range(200):
            socket.send(frame(TEXT, json.dumps(search).encode()))
            await asyncio.sleep(0.1)
            if socket.is_over:
                break
        return await socket.closed()


async def never_pongs(port: int, token: str) -> int:
    """Read everything and answer no ping."""
    socket = await RawSocket.open(port, Authorization=f"Bearer {token}")
    with leaving(socket):
        socket.send(SUBSCRIBE)
        return await socket.closed()


def sends(*pieces: bytes, signed_in: bool = True) -> Callable[[int, str], Awaitable[int]]:
    """Return the attack that sends this at once."""

    async def attack(port: int, token: str) -> int:
        if signed_in:
            socket = await RawSocket.open(port, Authorization=f"Bearer {token}")
        else:
            socket = await RawSocket.open(port)
        with leaving(socket):
            socket.send(*pieces)
            return await socket.closed()

    return attack


ATTACKS: dict[str, Callable[[int, str], Awaitable[int]]] = {
    "never_reads": never_reads,
    "never_pongs": never_pongs,
    "floods": sends(frame(TEXT, b'{"type":"ping"}') * 5_000),
    "binary": sends(frame(BINARY, b"x") * 3),
    "too_large": sends(frame(TEXT, b" " * 66_000)),
    "no_utf_8": sends(frame(TEXT, b"\xff\xfe")),
    "fragments_without_end": sends(
        frame(TEXT, final=False), frame(CONTINUATION, b"x", final=False) * 5_000
    ),
    "pings_without_end": sends(frame(PING, b"x") * 5_000),
    "says_nothing": sends(signed_in=False),
}


@contextlib.contextmanager
def leaving(socket: RawSocket):
    """Leave without a word at the end."""
    try:
        yield
    finally:
        socket.abort()


async def again_and_again(attack: str, port: int, token: str, codes: dict[str, set[int]]) -> None:
    """Attack until cancelled."""
    while True:
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            codes.setdefault(attack, set()).add(await ATTACKS[attack](port, token))
        await asyncio.sleep(PATIENCE_S)


async def test_openings_have_a_rate_and_those_who_are_in_stay(server: ServerProcess) -> None:
    token, _ = await open_for_business(server.url, products=1, balance=1)
    url = server.url.replace("http", "ws") + "/ws"
    inside = Screen(url=url, token=token, topics=("stock",))
    statuses: list[bytes] = []

    async def open_many() -> None:
        for _ in range(100):
            with contextlib.suppress(OSError, EOFError):
                socket = await RawSocket.open(server.port, Authorization=f"Bearer {token}")
                statuses.append(socket.head.split()[1])
                socket.abort()

    async with looking([inside]):
        _ = await asyncio.wait_for(inside.ready.wait(), 10)
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                _ = group.create_task(open_many())
        seconds = time.monotonic() - began
        assert not inside.closed

    assert statuses.count(b"101") <= 100 * (seconds + 1) + 5
    assert statuses.count(b"503") > 100
