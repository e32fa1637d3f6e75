"""The description of the conversation says what servers really send."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from cashhaven_adapters.litestar.schemas.events import WIRE_EVENTS
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.frames import FROM_CLIENT, FROM_SERVER
from cashhaven_adapters.litestar.websocket.requests import ACTIONS
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_app.cli import run
from cashhaven_app.commands.errors import ExitStatus
from cashhaven_domain.stream.events import ClientKind
from tests.support.asyncapi_schema import SchemaNotToBeHad, asyncapi_schema
from tests.support.eventful_day import live_through_a_day
from tests.support.served_shop import Frame, ServedShop, served_shop
from tests.support.server_process import ROOT
from tests.support.users import enter

TOPICS = ["stock", "sales", "orders", "whatsapp", "params", "system", "user"]


@pytest.fixture(scope="module")
def description(tmp_path_factory) -> dict[str, Any]:
    """What the command writes."""
    file = tmp_path_factory.mktemp("described") / "ws.json"
    assert run(["export-asyncapi", "--output", str(file)]) == ExitStatus.DONE
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def resolved(document: dict[str, Any], reference: str) -> Any:
    place: Any = document
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def faults(document: dict[str, Any], message: str, frame: Frame) -> list[str]:
    """Return what the description of a message finds wrong with a frame."""
    schema = {
        "$ref": document["components"]["messages"][message]["payload"]["$ref"],
        "components": {"schemas": document["components"]["schemas"]},
    }
    found = jsonschema_rs.Draft7Validator(schema).iter_errors(frame)
    return [f"{message} {error.instance_path}: {error.message}" for error in found]


def message_of(frame: Frame, asked: dict[str, str]) -> str:
    """Return the name of the message that a frame is."""
    kind: str = frame["type"]
    if kind == "event":
        return f"event.{frame['event']}"
    if kind == "response":
        return f"response.{asked[frame['id']]}" if frame["ok"] else "response.failed"
    return kind


def shape(value: Any) -> Any:
    """Return the names and the kinds of values of a frame, without the values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else "value"


async def overheard(served: ServedShop) -> tuple[list[Frame], dict[str, str]]:
    """Return every frame of a day in which everything happens, and which actions were asked for."""
    shop = served.shop
    cook = await served.token_of("cook", administrator=True)
    peer = await served.knock(cook, f"?cliente={ClientKind.KITCHEN}")
    welcome = await peer.next()
    await peer.say(type="subscribe", topics=TOPICS)
    frames = [welcome, *await peer.until("subscribed")]
    await live_through_a_day(shop)
    asked = {"1": "stock.search", "2": "notify", "3": "order.set_status", "4": "sale.register"}
    data: dict[str, dict[str, Any]] = {
        "stock.search": {"nome": "acai"},
        "notify": {"texto": "Falta troco", "todos": True},
        "order.set_status": {"id": 1, "status": "pronto"},
        "sale.register": {
            "id": 1,
            "venda": 12.5,
            "inicio": "2024-01-15T09:00:00Z",
            "fim": "2024-01-15T09:00:00Z",
        },
    }
    for number, action in asked.items():
        await peer.say(type="request", id=number, action=action, data=data[action])
        frames += await peer.until("response")
    too_many = {**data["sale.register"], "quantidade": 500}
    await peer.say(type="request", id="5", action="sale.register", data=too_many)
    frames += await peer.until("response")
    await peer.say(type="subscribe", topics=["fofoca"])
    frames += await peer.until("error")
    await served.settle()
    since = {"epoch": welcome["epoch"], "offset": frames[-1].get("offset", welcome["offset"])}
    await peer.say(type="subscribe", topics=TOPICS, since=since)
    frames += await peer.until("resumed")
    await peer.say(type="ping")
    frames += await peer.until("pong")
    token = (await enter(shop, "cook")).token.text
    await peer.say(type="auth", token=token)
    frames += await peer.until("welcome")
    frames += await peer.until("heartbeat")
    return frames, asked


async def test_every_frame_of_a_day_is_as_described(description):
    async with served_shop(heartbeat=0.05) as served:
        frames, asked = await overheard(served)

    named = [(message_of(frame, asked), frame) for frame in frames]
    assert {kind.event.name for kind in WIRE_EVENTS} == {
        frame["event"] for _, frame in named if frame["type"] == "event"
    }
    assert [fault for name, frame in named for fault in faults(description, name, frame)] == []
    unheard = set(description["components"]["messages"]) - {name for name, _ in named}
    received = {
        "auth",
        "subscribe",
        "unsubscribe",
        "ping",
        *(f"request.{name}" for name in ACTIONS),
    }
    assert unheard == {*received, "token_expiring"}


async def test_the_examples_look_like_real_frames(description):
    async with served_shop(heartbeat=0.05) as served:
        frames, asked = await overheard(served)

    shapes: dict[str, list[Any]] = {}
    for frame in frames:
        shapes.setdefault(message_of(frame, asked), []).append(shape(frame))
    for name, seen in shapes.items():
        (example,) = description["components"]["messages"][name]["examples"]
        names = {frozenset(each) for each in seen}
        assert frozenset(example["payload"]) in names, name
        data = example["payload"].get("data")
        if isinstance(data, dict):
            told = [set(each["data"]) for each in seen]
            assert any(set(data) >= each for each in told), name


def test_every_example_is_as_described(description):
    messages = description["components"]["messages"]

    found = [
        fault
        for name, message in messages.items()
        for example in message["examples"]
        for fault in faults(description, name, example["payload"])
    ]

    assert found == []


def test_wrong_frames_are_not_as_described(description):
    event = description["components"]["messages"]["event.sale.registered"]["examples"][0]["payload"]

    assert faults(description, "event.sale.registered", {**event, "offset": "12"})
    assert faults(description, "event.sale.registered", {**event, "more": 1})
    assert faults(description, "event.sale.registered", {**event, "event": "sale.cancelled"})
    assert faults(description, "subscribe", {"type": "subscribe", "topics": []})
    assert faults(description, "subscribe", {"type": "subscribe", "topics": ["stock"], "x": 1})


def test_everything_that_is_referred_to_is_there(description):
    found = set(references(description))

    assert len(found) > 50
    for reference in found:
        assert resolved(description, reference)


def test_every_frame_has_its_messages_and_every_message_its_operation(description):
    messages = set(description["components"]["messages"])
    tags = {str(kind.__struct_config__.tag) for kind in (*FROM_CLIENT, *FROM_SERVER)}
    assert {name.partition(".")[0] for name in messages} == tags
    assert {name for name in messages if name.startswith("request.")} == {
        f"request.{name}" for name in ACTIONS
    }
    assert set(description["channels"]["ws"]["messages"]) == messages

    operations = description["operations"]
    used = [
        message["$ref"].rpartition("/")[2]
        for operation in operations.values()
        for message in operation["messages"]
    ]
    assert sorted(used) == sorted(messages)
    for operation in operations.values():
        assert operation["action"] in {"send", "receive"}


@pytest.mark.heavy
async def test_it_is_a_document_of_the_standard(description):
    try:
        schema = await asyncio.to_thread(asyncapi_schema)
    except SchemaNotToBeHad as error:
        pytest.skip(str(error))

    validator = jsonschema_rs.validator_for(schema)

    assert [str(error) for error in validator.iter_errors(description)] == []
    assert not validator.is_valid({**description, "channels": {"ws": {"adress": "/ws"}}})


def test_the_frames_on_the_page_of_the_protocol_are_as_described(description):
    page = (ROOT / "docs" / "reference" / "websocket.md").read_text(encoding="utf-8")
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    assert len(shown) > 10
    for frame in shown:
        name = f"request.{frame['action']}" if frame["type"] == "request" else None
        name = name or message_of(frame, {"3": "sale.register"})
        assert faults(description, name, frame) == []
    for code in CloseCode:
        assert re.search(rf"^\|.*\b{code.value}\b", page, re.MULTILINE), code
    for topic in Topic:
        assert f"| `{topic}` |" in page
    for action in ACTIONS:
        assert f"| `{action}` |" in page
