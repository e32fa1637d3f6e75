"""The log: one stream, plain data, nothing secret."""

import io
import json
import logging
from datetime import datetime, timedelta

import pytest
import structlog

from cashhaven_adapters.structlog_logging.configuring import configure_logging


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines_of(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_object_with_what_every_line_has_first(stream):
    configure_logging(style="json", stream=stream)
    structlog.contextvars.bind_contextvars(request_id="r-1", user_id=7)

    structlog.get_logger("x").info("request", route="/api/x", status=200, duration_ms=1.5)

    (line,) = lines_of(stream)
    assert " ".join(line) == "ts level event request_id user_id route status duration_ms"
    assert str(line["ts"]).endswith("Z")
    assert datetime.fromisoformat(str(line["ts"])).utcoffset() == timedelta(0)


def test_the_server_and_the_libraries_write_into_the_same_stream(stream):
    configure_logging(style="json", stream=stream)

    logging.getLogger("uvicorn.error").warning("Stopped %s", "here")
    structlog.get_logger().warning("ours")
    logging.getLogger("somewhere").debug("too low")
    logging.getLogger("lib").warning("slow", extra={"seconds": 2, "token": "hush"})

    lines = lines_of(stream)
    assert [(line["event"], line.get("logger")) for line in lines] == [
        ("Stopped here", "uvicorn.error"),
        ("ours", None),
        ("slow", "lib"),
    ]
    assert (lines[2]["seconds"], lines[2]["token"]) == (2, "[…]")


@pytest.mark.parametrize(
    "name",
    [
        "senha",
        "senha_atual",
        "Password",
        "token",
        "jwt_secret",
        "Authorization",
        "set-cookie",
        "sec-websocket-protocol",
    ],
)
def test_secret_names_lose_their_values_however_deep(stream, name):
    configure_logging(style="json", stream=stream)

    structlog.get_logger().info("x", **{name: "hush"}, nested=[{"headers": {name: ["hush", 3]}}])

    assert "hush" not in stream.getvalue()
    (line,) = lines_of(stream)
    assert line[name] == "[…]"


@pytest.mark.parametrize(
    "text",
    [
        "123.456.789-00",
        "12345678900",
        "(11) 99999-9999",
        "+5511999999999",
        "11 3333-4444",
        "1133334444",
        "+55 11 99999-9999",
    ],
)
def test_personal_numbers_are_taken_out_of_every_text(stream, text):
    configure_logging(style="json", stream=stream)

    structlog.get_logger().info(f"cliente {text}", note=f"ligar para {text}, tarde")
    logging.getLogger("lib").warning("no such client: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("x")

    assert text not in stream.getvalue()
    assert lines_of(stream)[0]["note"] == "ligar para […], tarde"


@pytest.mark.parametrize(
    "text", ["2024-01-15T10:00:00Z", "127.0.0.1:5238", "R$ 1.234,56", "0b7e1d5c9f", "pedido 123"]
)
def test_other_numbers_stay(stream, text):
    configure_logging(style="json", stream=stream)

    structlog.get_logger().info("x", note=text)

    assert lines_of(stream)[0]["note"] == text


@pytest.mark.parametrize("style", ["json", "text"])
def test_no_value_can_forge_a_line(stream, style):
    configure_logging(style=style, stream=stream)
    forged = 'a\n2024 info forged\r\x1b[31m"}'

    structlog.get_logger().info(forged, note=forged)
    logging.getLogger("lib").info(forged)

    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


def test_a_person_gets_text_and_a_traceback_to_read(stream):
    configure_logging(style="text", stream=stream)

    try:
        raise KeyError("missing")
    except KeyError:
        structlog.get_logger().exception("it broke", route="/api/x")

    first, *trace = stream.getvalue().splitlines()
    assert first[13:] == "error   it broke route=/api/x"
    assert trace[0].startswith("Traceback")
    assert trace[-1] == "KeyError: 'missing'"


def test_a_stream_that_is_no_terminal_gets_objects(stream):
    configure_logging(style="auto", stream=stream)

    structlog.get_logger().info("x", value=object, amount=3, nothing=None, yes=True)

    (line,) = lines_of(stream)
    assert (line["amount"], line["nothing"], line["yes"]) == (3, None, True)


def test_long_values_are_cut(stream):
    configure_logging(style="json", stream=stream)

    structlog.get_logger().info("x", note="a" * 10_000)

    assert len(str(lines_of(stream)[0]["note"])) == 2_001


def test_lines_below_the_level_are_not_written(stream):
    configure_logging(style="json", level="WARNING", stream=stream)

    structlog.get_logger().info("x")
    logging.getLogger("lib").info("x")

    assert stream.getvalue() == ""
