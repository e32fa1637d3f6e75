"""The thread of events that `cashhaven watch` follows: no event twice, no loss unnoticed."""

from typing import Any

import pytest

from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_app.commands.errors import CommandError
from cashhaven_app.watching.returning import (
    ABNORMAL,
    SignInFirst,
    StayAway,
    Wait,
    answer_to,
)
from cashhaven_app.watching.shop_address import ShopAddress
from cashhaven_app.watching.thread import Ask, Back, Lost, Outcome, Shown, Thread
from cashhaven_domain.stream.position import StreamPosition
from tests.support.scripted_socket import EPOCH, an_event

TOPICS = ["stock"]
LATEST = {"type": "subscribed", "topics": TOPICS}


def resumed(count: int) -> dict[str, Any]:
    return {"type": "resumed", "recovered": True, "count": count}


def since(offset: int) -> dict[str, Any]:
    place = {"epoch": EPOCH, "offset": offset}
    return {"type": "subscribe", "topics": TOPICS, "since": place}


def shown(outcomes: list[Outcome]) -> list[int]:
    return [outcome.event["offset"] for outcome in outcomes if isinstance(outcome, Shown)]


@pytest.fixture
def thread() -> Thread:
    """Live, and everything up to offset 10 is known."""
    thread = Thread(TOPICS)
    assert thread.start(StreamPosition(EPOCH, 10), EPOCH) == since(10)
    assert thread.take(resumed(0)) == Back(0)
    return thread


def test_whoever_knows_no_position_begins_with_what_comes_next():
    thread = Thread(TOPICS)

    assert thread.start(None, EPOCH) == {"type": "subscribe", "topics": TOPICS}
    assert thread.position is None
    assert thread.take({**LATEST, "offset": 4}) is None
    assert shown([thread.take(an_event(6, 4))]) == [6]
    assert thread.position == StreamPosition(EPOCH, 6)


def test_events_come_once_and_in_order(thread):
    first, second = an_event(11, 10), an_event(13, 11)

    outcomes = [thread.take(event) for event in (first, first, second, first, second)]

    assert outcomes == [Shown(first), None, Shown(second), None, None]


def test_a_gap_is_asked_for_and_filled(thread):
    assert thread.take(an_event(12, 11)) == Ask(since(10))
    assert thread.take(an_event(13, 12)) is None
    again = [an_event(11, 10), an_event(12, 11), an_event(13, 12), resumed(3)]

    outcomes = [thread.take(frame) for frame in again]

    assert shown(outcomes) == [11, 12, 13]
    assert outcomes[-1] == Back(3)


def test_a_lost_last_event_is_found_by_the_heartbeat(thread):
    assert thread.take({"type": "heartbeat", "offset": 10}) is None
    assert thread.take({"type": "heartbeat", "offset": 11}) == Ask(since(10))
    assert thread.take({"type": "heartbeat", "offset": 12}) is None


def test_a_resumption_that_lost_something_is_asked_for_again(thread):
    thread.resume()
    thread.take(an_event(11, 10))

    assert thread.take(resumed(2)) == Ask(since(11))


def test_whoever_asks_in_vain_fetches_afresh(thread):
    outcomes = [thread.take(an_event(12, 11))]
    outcomes += [thread.take(resumed(1)) for _ in range(3)]

    assert [type(outcome) for outcome in outcomes] == [Ask, Ask, Ask, Lost]


def test_what_cannot_be_told_is_said_and_nothing_is_shown_until_the_new_start(thread):
    thread.resume()
    refused = {"type": "resumed", "recovered": False, "count": 0, "reason": "too_old"}
    assert thread.take(refused) == Lost("too_old")
    thread.forget()
    assert thread.take({**LATEST, "offset": 50}) is None
    assert thread.take(an_event(51, 50)) is None
    assert thread.position is None

    assert thread.start(StreamPosition("f" * 32, 50), EPOCH)["since"]["offset"] == 50
    assert shown([thread.take(an_event(51, 50))]) == [51]


def test_a_later_place_is_taken_when_nothing_was_missed(thread):
    assert thread.take({**LATEST, "offset": 40}) is None
    assert shown([thread.take(an_event(41, 40))]) == [41]


@pytest.mark.parametrize(
    ("code", "attempt", "answer"),
    [
        (CloseCode.RESTARTING, 0, Wait(0.5, 20)),
        (CloseCode.OVERLOADED, 0, Wait(5, 60)),
        (CloseCode.FAULT, 3, Wait(5, 60)),
        (CloseCode.NO_PONG, 0, Wait(0, 1)),
        (CloseCode.TOO_SLOW, 0, Wait(0, 1)),
        (CloseCode.TOO_MANY_FRAMES, 0, Wait(30, 30)),
        (CloseCode.NOT_SIGNED_IN, 0, SignInFirst()),
        (CloseCode.NOT_ALLOWED, 0, StayAway()),
        (CloseCode.NOT_UNDERSTOOD, 0, StayAway()),
        (CloseCode.FRAME_TOO_LARGE, 0, StayAway()),
        (1009, 0, StayAway()),
        (ABNORMAL, 0, Wait(0.5, 2)),
        (ABNORMAL, 9, Wait(0.5, 20)),
    ],
)
def test_each_code_has_its_answer(code, attempt, answer):
    assert answer_to(code, attempt) == answer


@pytest.mark.parametrize(
    ("text", "http", "socket"),
    [
        ("loja:5238", "http://loja:5238", "ws://loja:5238/ws"),
        ("http://127.0.0.1:5238/", "http://127.0.0.1:5238", "ws://127.0.0.1:5238/ws"),
        ("https://loja.exemplo", "https://loja.exemplo", "wss://loja.exemplo/ws"),
        ("http://[::1]:80", "http://[::1]:80", "ws://[::1]:80/ws"),
    ],
)
def test_an_address_names_both_ends(text, http, socket):
    address = ShopAddress.of(text)

    assert (address.http, address.socket(None)) == (http, socket)
    assert address.socket("pdv") == f"{socket}?cliente=pdv"


@pytest.mark.parametrize("text", ["ftp://loja", "http://", "http://a:b@loja", "http://loja/ws"])
def test_what_is_no_address_of_a_shop_is_refused(text):
    with pytest.raises(CommandError, match="deve ser como"):
        ShopAddress.of(text)
