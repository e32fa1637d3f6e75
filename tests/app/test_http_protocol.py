"""What arrives at the port and is no proper request: refused in time, and in the envelope."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress

import pytest
import pytest_asyncio

from cashhaven_app.asgi import create_web_application
from cashhaven_app.http_protocol import ServerConfig
from cashhaven_app.server import Server
from cashhaven_app.testing import open_shop


@pytest_asyncio.fixture
async def port(monkeypatch) -> AsyncIterator[int]:
    """Serve a shop in memory from this very loop, with short patience."""
    monkeypatch.setattr(Server, "capture_signals", lambda server: nullcontext())
    container = open_shop().container
    application = create_web_application(container)
    config = ServerConfig(application, container.settings())
    config.port, config.head_seconds = 0, 0.5
    started = asyncio.Event()
    server = Server(config, application.health, container.settings(), started.set)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        await started.wait()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def sent(port: int, *pieces: bytes, pause: float = 0.0) -> tuple[int, dict[str, object]]:
    """Send the pieces until there is an answer, and return its status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.readuntil(b"}"))
    for piece in pieces:
        if not reading.done():
            writer.write(piece)
            await asyncio.wait([reading], timeout=pause)
    try:
        async with asyncio.timeout(5):
            reply = await reading
    finally:
        writer.close()
    head, _, body = reply.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


HEAD = b"GET /health/live HTTP/1.1\r\nHost: loja\r\n"


async def test_a_whole_request_is_answered(port):
    status, _ = await sent(port, HEAD + b"Connection: close\r\n\r\n")

    assert status == 200


async def test_half_a_head_is_not_waited_for_long(port):
    status, refusal = await sent(port, HEAD)

    assert (status, refusal["code"]) == (408, "REQUEST_TIMEOUT")


async def test_a_head_that_drips_is_not_waited_for_either(port):
    drops = [b"X-%d: a\r\n" % number for number in range(20)]

    status, _ = await sent(port, HEAD, *drops, pause=0.05)

    assert status == 408


async def test_a_connection_that_says_nothing_is_ended(port):
    status, _ = await sent(port)

    assert status == 408


async def test_the_head_of_a_second_request_has_its_own_time(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(HEAD + b"\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b"}")
        await asyncio.sleep(0.3)
    writer.write(HEAD)
    async with asyncio.timeout(5):
        assert (await reader.read()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_an_endless_head_is_cut_off(port):
    status, refusal = await sent(port, HEAD, *[b"X-A: " + b"a" * 4000 + b"\r\n"] * 20)

    assert (status, refusal["code"]) == (431, "HEADERS_TOO_LARGE")


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00\x01", b"OLA LOJA\r\n\r\n", b"\x00" * 50])
async def test_what_is_no_http_is_refused_in_the_envelope(port, noise):
    status, refusal = await sent(port, noise)

    assert (status, refusal["success"], refusal["code"]) == (400, False, "BAD_REQUEST")
    assert refusal["request_id"]


OPENING = (
    b"GET /ws HTTP/1.1\r\nHost: loja\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 5\r\n\r\n",
        b"Content-Length: 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
)
async def test_whoever_opens_a_websocket_brings_no_body(port, rest):
    status, refusal = await sent(port, OPENING + rest)

    assert (status, refusal["code"]) == (400, "BAD_REQUEST")


CHUNKED = b"POST /api/auth/login HTTP/1.1\r\nHost: loja\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_what_stands_after_the_body_is_no_header(port):
    trailer = b"X-Request-ID: mine\r\nContent-Type: application/json\r\n\r\n"

    status, refusal = await sent(port, CHUNKED + b"2\r\n{}\r\n0\r\n" + trailer)

    assert (status, refusal["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert refusal["request_id"] != "mine"


async def test_an_endless_tail_is_cut_off(port):
    trailers = [b"X-A: " + b"a" * 4000 + b"\r\n"] * 20

    status, refusal = await sent(port, CHUNKED + b"0\r\n", *trailers)

    assert (status, refusal["code"]) == (431, "HEADERS_TOO_LARGE")


async def test_an_endless_tail_ends_a_connection_that_was_answered_already(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200")
    with suppress(ConnectionError):
        async with asyncio.timeout(10):
            while not reader.at_eof():
                writer.write(b"X-A: " + b"a" * 4000 + b"\r\n")
                await writer.drain()
                await asyncio.sleep(0)
    writer.close()


async def test_a_long_body_in_small_chunks_is_no_tail(port):
    body = b"1\r\n \r\n" * 100_000

    status, refusal = await sent(port, CHUNKED + body + b"0\r\n\r\n")

    assert (status, refusal["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
