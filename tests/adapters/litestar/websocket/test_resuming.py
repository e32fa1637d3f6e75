"""Going on where one was: everything that was missed, in order, or honestly nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.selling import stocked
from tests.support.served_shop import LONG_AGO, Peer, ServedShop, served_shop


def place_of(served: ServedShop, back: int = 0) -> dict[str, Any]:
    """Return the present position, or one that lies some offsets back."""
    position = served.shop.container.adapters.follower().position
    assert position is not None
    return {"epoch": position.epoch, "offset": position.offset - back}


async def resumed(peer: Peer, *topics: str, since: object) -> list[dict[str, Any]]:
    """Subscribe since a place, and return all that comes up to what is in force then."""
    await peer.say(type="subscribe", topics=topics, since=since)
    return await peer.until("subscribed")


def offsets(frames: list[dict[str, Any]]) -> list[int]:
    """Return the offsets of the events."""
    return [frame["offset"] for frame in frames if frame["type"] == "event"]


async def missed(served: ServedShop, count: int) -> dict[str, Any]:
    """Let so many products be added, and return the place before that."""
    await served.settle()
    place = place_of(served)
    await served.add_products(f"Produto {number}" for number in range(count))
    return place


async def test_what_was_missed_comes_first_and_in_order(served):
    place = await missed(served, 3)
    peer = await served.peer()

    *events, told, subscribed = await resumed(peer, "stock", since=place)

    assert [event["data"]["produto"] for event in events] == [f"Produto {n}" for n in range(3)]
    assert [event["prev"] for event in events] == [place["offset"], *offsets(events)[:-1]]
    assert told == {"type": "resumed", "recovered": True, "count": 3}
    assert subscribed["offset"] == place_of(served)["offset"]
    await served.add_products(["Depois"])
    after = await peer.hear("event")
    assert after["prev"] == subscribed["offset"]
    assert after["data"]["produto"] == "Depois"


async def test_only_what_was_subscribed_to_was_missed(served):
    await stocked(served.shop)
    await served.settle()
    place = place_of(served)
    await served.sell()
    peer = await served.peer()

    frames = await resumed(peer, "sales", since=place)

    assert [frame["topic"] for frame in frames[:-2]] == ["sales"]


async def test_nothing_missed_is_recovered_too(served):
    peer = await served.peer()

    told, _ = await resumed(peer, "stock", since=place_of(served))

    assert told == {"type": "resumed", "recovered": True, "count": 0}


async def test_notifications_for_others_were_not_missed(served):
    await served.settle()
    place = place_of(served)
    maria = await served.peer("maria")
    await served.notify(user_id=2)
    await served.settle()
    joana = await served.peer("joana")

    assert len(offsets(await resumed(maria, "user", since=place))) == 1
    assert offsets(await resumed(joana, "user", since=place)) == []


async def test_places_of_another_epoch_name_other_events(served):
    await missed(served, 2)
    peer = await served.peer()

    told, subscribed = await resumed(peer, "stock", since=LONG_AGO)

    assert told == {"type": "resumed", "recovered": False, "count": 0, "reason": "epoch"}
    assert subscribed["topics"] == ["stock"]
    await served.add_products(["Depois"])
    assert (await peer.hear("event"))["prev"] == subscribed["offset"]


async def test_places_that_nobody_has_reached_are_of_no_epoch_of_ours(served):
    peer = await served.peer()

    told, _ = await resumed(peer, "stock", since=place_of(served, back=-1_000))

    assert told["reason"] == "epoch"


async def test_too_many_are_told_so_and_none_is_sent():
    async with served_shop(most_resumed=2) as served:
        place = await missed(served, 3)
        peer = await served.peer()

        told, _ = await resumed(peer, "stock", since=place)
        enough = await resumed(peer, "stock", since=place_of(served, back=2))

        assert told == {"type": "resumed", "recovered": False, "count": 0, "reason": "too_many"}
        assert len(offsets(enough)) <= 2


async def test_what_was_forgotten_is_told_so(served, monkeypatch):
    monkeypatch.setattr("cashhaven_app.stream.following.RECENT", 2)
    place = await missed(served, 8)
    await served.settle()
    now = served.shop.clock.now() + timedelta(hours=1)
    _ = await served.shop.container.adapters.relay().forget(before=now, keep=4)
    peer = await served.peer()

    told, _ = await resumed(peer, "stock", since=place)

    assert told == {"type": "resumed", "recovered": False, "count": 0, "reason": "too_old"}


async def test_what_is_no_longer_in_memory_is_read(served, monkeypatch):
    monkeypatch.setattr("cashhaven_app.stream.following.RECENT", 2)
    place = await missed(served, 30)
    peer = await served.peer()

    assert len(offsets(await resumed(peer, "stock", since=place))) == 30


async def test_other_topics_lose_nothing_meanwhile_and_get_nothing_twice(served):
    await stocked(served.shop)
    peer = await served.peer()
    await peer.subscribe("stock")
    place = place_of(served)
    await served.sell()
    await peer.hear("event")
    await served.settle()

    frames = await resumed(peer, "sales", since=place)

    assert [frame["topic"] for frame in frames if frame["type"] == "event"] == ["sales"]
    assert frames[-1]["topics"] == ["stock", "sales"]


async def test_asking_again_from_an_earlier_place_sends_again(served):
    place = await missed(served, 2)
    peer = await served.peer()
    first = await resumed(peer, "stock", since=place)

    again = await resumed(peer, "stock", since=place)

    assert offsets(again) == offsets(first)


@pytest.mark.parametrize("plain", [False, True])
async def test_more_than_may_wait_can_be_resumed_and_happens_meanwhile(plain):
    async with served_shop(plain=plain, most_waiting=64) as served:
        place = await missed(served, 400)
        await served.settle()
        peer = await served.peer()
        selling = asyncio.create_task(served.add_products(f"Mais {n}" for n in range(100)))

        frames = await resumed(peer, "stock", since=place)
        found = offsets(frames)
        await selling
        while len(found) < 500:
            found.append((await peer.hear("event"))["offset"])

        assert found == sorted(set(found))
        assert len(found) == 500


async def test_a_new_epoch_sends_everybody_away_to_find_out(served):
    peer = await served.peer()
    await peer.subscribe("stock")
    place = place_of(served)
    _ = await served.shop.container.adapters.relay().begin_epoch()
    served.shop.container.adapters.follower().wake()

    assert await peer.closed() == 1012

    again = await served.peer("joana")
    told, _ = await resumed(again, "stock", since=place)
    assert told["reason"] == "epoch"
