"""Lines that come with every request: written many at once, and like every other line."""

import io
import json
import logging
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from cashhaven_adapters.structlog_logging.buffering import MOST_KEPT
from cashhaven_adapters.structlog_logging.configuring import configure_logging
from cashhaven_adapters.structlog_logging.frequent import MOST_WORDS, Lane, write_often

CANARY = "123.456.789-00"


class Stream(io.StringIO):
    """A stream that counts how often something is written to it."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def stream() -> Stream:
    stream = Stream()
    configure_logging(style="json", stream=stream)
    return stream


def flush() -> None:
    for handler in logging.getLogger().handlers:
        handler.flush()


def test_a_frequent_line_looks_like_any_other(stream):
    values = {"user_id": 7, "route": "/x/{id}", "status": 200, "duration_ms": 1.5, "method": "GET"}
    write_often("request", "r-1", **values)
    structlog.get_logger().info("request", request_id="r-1", **values)

    quick, usual = stream.lines()
    assert list(quick) == list(usual)
    moments = [datetime.fromisoformat(str(line.pop("ts"))) for line in (quick, usual)]
    assert moments[1] - moments[0] < timedelta(seconds=1)
    assert moments[0].utcoffset() == timedelta(0)
    assert quick == usual


def test_lines_are_kept_for_a_moment_and_written_together(stream):
    for number in range(50):
        write_often("request", None, number=number)
    assert stream.writes == 0

    deadline = time.monotonic() + 5
    while not stream.writes and time.monotonic() < deadline:
        time.sleep(0.01)
    assert stream.writes == 1
    assert [line["number"] for line in stream.lines()] == list(range(50))


def test_a_line_of_another_kind_brings_those_before_it_along(stream):
    write_often("request", None, number=1)
    structlog.get_logger().error("broken")
    assert [line["event"] for line in stream.lines()] == ["request", "broken"]

    write_often("request", None, number=2)
    logging.getLogger("lib").warning("slow")
    assert [line["event"] for line in stream.lines()][2:] == ["request", "slow"]


def test_more_than_may_be_kept_is_written_at_once(stream):
    for number in range(MOST_KEPT):
        write_often("request", None, number=number)
    assert len(stream.lines()) == MOST_KEPT


def test_nothing_is_lost_when_the_program_ends():
    program = (
        "from cashhaven_adapters.structlog_logging.configuring import configure_logging\n"
        "from cashhaven_adapters.structlog_logging.frequent import write_often\n"
        "configure_logging(style='json')\n"
        "for number in range(100): write_often('request', None, number=number)\n"
        "raise SystemExit(3)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )  # our own words
    assert ended.returncode == 3
    assert [json.loads(line)["number"] for line in ended.stdout.splitlines()] == list(range(100))


@pytest.mark.parametrize(
    "values",
    [{"note": CANARY}, {"senha": "hush"}, {"token": 77_777}, {"many": [CANARY]}],
)
def test_secrets_and_personal_numbers_are_taken_out(stream, values):
    write_often("request", CANARY, **values)
    write_often("request", "11987654321", **values)
    flush()

    written = stream.getvalue()
    assert CANARY not in written
    assert "11987654321" not in written
    assert "hush" not in written
    assert "77777" not in written
    assert written.count("[…]") + written.count(r"[\u2026]") == 4


def test_no_value_can_forge_a_line(stream):
    write_often("request", "r-1", note='a"\n{"forged":1}', route="x\\")
    flush()

    (line,) = stream.lines()
    assert (line["note"], line["route"]) == ('a"\n{"forged":1}', "x\\")


def test_an_id_of_ours_is_written_as_it_is(stream):
    write_often("request", "0123456789" * 3, other=None)
    flush()
    assert stream.lines()[0]["request_id"] == "0123456789" * 3


def test_the_words_that_are_remembered_are_bounded(stream):
    for number in range(MOST_WORDS + 5):
        write_often("request", None, word=f"w{number}")
    flush()
    assert stream.lines()[-1]["word"] == f"w{MOST_WORDS + 4}"


def test_what_stands_everywhere_stands_here_too():
    stream = Stream()
    configure_logging(style="json", stream=stream, everywhere={"pid": 42})
    write_often("request", None)
    structlog.get_logger().info("other")
    assert [line["pid"] for line in stream.lines()] == [42, 42]
    structlog.contextvars.unbind_contextvars("pid")


@pytest.mark.parametrize("style", ["json", "text"])
def test_below_the_level_and_for_people_lines_go_the_usual_way(style):
    stream = Stream()
    configure_logging(style=style, level="WARNING", stream=stream)
    write_often("request", None, number=1)
    flush()
    assert (Lane.current, stream.getvalue()) == (None, "")

    configure_logging(style="text", stream=stream)
    write_often("request", None, number=1)
    assert stream.getvalue().endswith("request number=1\n")


def test_whoever_looks_at_the_log_in_a_test_sees_them(stream):
    with capture_logs() as lines:
        write_often("request", "r-1", number=1)
    assert [line["event"] for line in lines] == ["request"]
    flush()
    assert stream.getvalue() == ""


def test_a_stream_that_is_gone_takes_nobody_along(stream):
    write_often("request", None, number=1)
    stream.close()
    time.sleep(0.3)
    write_often("request", None, number=2)
    time.sleep(0.3)
    configure_logging(style="json", stream=Stream())
