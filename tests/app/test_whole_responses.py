"""Responses that come as a whole go out in one write, and are the same as the server's own."""

import asyncio
import logging
from typing import Any, cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from cashhaven_app.whole_responses import LARGEST, WholeResponses


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


def a_cycle(wire: Wire, method: str, *, keep_alive: bool) -> RequestResponseCycle:
    transport = cast("asyncio.Transport", wire)
    log = logging.getLogger("uvicorn.error")
    return RequestResponseCycle(
        scope={"type": "http", "method": method},  # type: ignore[typeddict-item]  # what it looks at
        transport=transport,
        flow=FlowControl(transport),
        logger=log,
        access_logger=log,
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: wire.done.append("complete"),
    )


def messages(
    status: int, headers: list[tuple[bytes, bytes]], *pieces: bytes
) -> list[dict[str, object]]:
    last = len(pieces) - 1
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        *(
            {"type": "http.response.body", "body": piece, "more_body": place < last}
            for place, piece in enumerate(pieces)
        ),
    ]


async def written(
    status: int,
    headers: list[tuple[bytes, bytes]],
    *pieces: bytes,
    method: str = "GET",
    keep_alive: bool = True,
    by_server: bool = False,
) -> tuple[Wire, RequestResponseCycle]:
    wire = Wire()
    cycle = a_cycle(wire, method, keep_alive=keep_alive)
    send: Any = cycle.send if by_server else WholeResponses(cycle, cast(Any, cycle.send)).send
    for message in messages(status, headers, *pieces):
        await send(message)
    return wire, cycle


OF_FIVE = [(b"content-length", b"5"), (b"x-a", b"b")]


def bytes_of(wire: Wire) -> bytes:
    return b"".join(piece for piece in wire.done if isinstance(piece, bytes))


@pytest.mark.parametrize(
    ("response", "about"),
    [
        ((200, OF_FIVE, b"hello"), {}),
        ((200, OF_FIVE, b"hello"), {"keep_alive": False}),
        ((200, OF_FIVE, b""), {"method": "HEAD"}),
        ((200, [(b"x-a", b"b")], b""), {"method": "HEAD"}),
        ((304, [(b"etag", b'"a"')], b""), {}),
        ((204, [], b""), {}),
        ((404, [(b"content-length", b"0")], b""), {}),
        ((413, [*OF_FIVE, (b"connection", b"close")], b"hello"), {}),
        ((200, OF_FIVE, b"he", b"llo"), {}),
        ((200, [(b"x-a", b"b")], b"he", b"llo"), {}),
        ((200, [(b"x-a", b"b")], b"hello"), {}),
    ],
)
async def test_what_is_written_is_what_the_server_would_write(response, about):
    ours, cycle = await written(*response, **about)
    theirs, _ = await written(*response, **about, by_server=True)

    assert bytes_of(ours) == bytes_of(theirs)
    assert ours.done[-1] == theirs.done[-1] == "complete"
    assert ours.is_closing() == theirs.is_closing()
    assert (cycle.response_started, cycle.response_complete) == (True, True)


async def test_a_whole_response_is_one_write():
    wire, _ = await written(200, OF_FIVE, b"hello")

    assert len(wire.done) == 2
    assert wire.done[1] == "complete"


async def test_nothing_goes_out_before_the_body_is_there():
    wire, cycle = await written(200, OF_FIVE)

    assert wire.done == []
    assert not cycle.response_started


@pytest.mark.parametrize("value", [b"a\r\nx-b: c", b"a\nx-b: c", b"a\rb", b"a\0b", b"a\x7f"])
async def test_a_header_that_would_write_others_is_refused(value):
    with pytest.raises(RuntimeError):
        await written(200, [*OF_FIVE, (b"x-c", value)], b"hello")


@pytest.mark.parametrize("body", [b"hell", b"hello!"])
async def test_a_body_of_another_length_is_refused(body):
    with pytest.raises(RuntimeError):
        await written(200, OF_FIVE, body)


async def test_much_is_not_copied():
    body = bytes(LARGEST + 1)
    wire, _ = await written(200, [(b"content-length", b"%d" % len(body))], body)

    assert wire.done[1] is body


async def test_nobody_is_answered_who_has_left():
    wire = Wire()
    cycle = a_cycle(wire, "GET", keep_alive=True)
    cycle.disconnected = True
    responses = WholeResponses(cycle, cast(Any, cycle.send))
    for message in messages(200, OF_FIVE, b"hello"):
        await responses.send(message)

    assert wire.done == []
