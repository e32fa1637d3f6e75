"""The JavaScript client in a real browser, against a server that says what the test wants."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.support.browser_page import client_page, running_browser, served_page
from tests.support.scripted_socket import (
    EPOCH,
    Peer,
    ScriptedSocket,
    an_event,
    scripted_socket,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.heavy,
    pytest.mark.asyncio(loop_scope="module"),
]
OTHER_EPOCH = "f" * 32
SUBSCRIBED = {"type": "subscribed", "topics": ["stock"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium) -> AsyncIterator[Browser]:
    async with running_browser(chromium) as running:
        yield running


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with served_page() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser, origin) -> AsyncIterator[Page]:
    async with client_page(browser, origin) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def shop() -> AsyncIterator[ScriptedSocket]:
    async with scripted_socket() as script:
        yield script


async def offsets(page: Page, count: int) -> list[int]:
    """Return the offsets of the events so far, which must become so many."""
    await page.wait_for_function("count => events.length >= count", arg=count)
    found: list[int] = await page.evaluate("events.map((event) => event.offset)")
    assert len(found) == count
    return found


async def state(page: Page, name: str) -> None:
    await page.wait_for_function("name => states.at(-1) === name", arg=name)


async def since(peer: Peer, offset: int, epoch: str = EPOCH) -> None:
    """Hold that the client asks for everything after an offset."""
    frame = await peer.hear("subscribe")
    assert frame == {"topics": ["stock"], "since": {"epoch": epoch, "offset": offset}}


async def following(page: Page, shop: ScriptedSocket, options: str = "") -> Peer:
    """Return the connection of a client that follows from offset 10 on."""
    await page.evaluate(f"follow({{ url: '{shop.url}', since: '{EPOCH};10', {options} }})")
    peer = await shop.peer()
    await peer.welcome(offset=10)
    await since(peer, 10)
    await peer.say({"type": "resumed", "recovered": True, "count": 0}, {**SUBSCRIBED, "offset": 10})
    return peer


async def test_it_signs_in_without_the_token_in_the_address(page, shop):
    await page.evaluate(f"follow({{ url: '{shop.url}', client: 'cozinha' }})")
    peer = await shop.peer()

    assert peer.path == "/ws?cliente=cozinha"
    assert peer.headers["Sec-WebSocket-Protocol"] == "cashhaven.v1, bearer.t1"
    await peer.welcome()
    assert await peer.hear("subscribe") == {"topics": ["stock"]}
    await peer.say({**SUBSCRIBED, "offset": 12}, an_event(15, 12))
    assert await offsets(page, 1) == [15]
    assert await page.evaluate("live.position") == f"{EPOCH};15"


async def test_a_screen_loads_and_goes_on_from_there(page, shop):
    await page.evaluate(
        f"""follow({{
            url: '{shop.url}',
            reload: async (why) => (window.why = why, '{EPOCH};7'),
        }})"""
    )
    peer = await shop.peer()
    await peer.welcome(offset=10)

    await since(peer, 7)
    assert await page.evaluate("why") == "start"
    await peer.say(
        an_event(8, 7),
        {"type": "resumed", "recovered": True, "count": 1},
        {**SUBSCRIBED, "offset": 10},
        an_event(11, 10),
    )
    assert await offsets(page, 2) == [8, 11]


async def test_topics_added_while_a_screen_loads_are_asked_for_with_the_others(page, shop):
    await page.evaluate(
        f"""follow({{
            url: '{shop.url}',
            reload: () => (live.subscribe(['sales']), '{EPOCH};7'),
        }})"""
    )
    peer = await shop.peer()
    await peer.welcome(offset=10)

    frame = await peer.hear("subscribe")
    assert (frame["topics"], frame["since"]["offset"]) == (["stock", "sales"], 7)
    await peer.hears_nothing()


async def test_repeats_are_dropped(page, shop):
    peer = await following(page, shop)

    await peer.say(an_event(11, 10), an_event(11, 10), an_event(12, 11), an_event(11, 10))
    await peer.say(an_event(13, 12))

    assert await offsets(page, 3) == [11, 12, 13]
    await peer.hears_nothing()


async def test_a_gap_is_found_and_filled(page, shop):
    peer = await following(page, shop)

    await peer.say(an_event(11, 10), an_event(14, 13), an_event(15, 14))
    await since(peer, 11)
    assert await offsets(page, 1) == [11]
    await peer.say(
        an_event(16, 15),  # still on its way when the question came
        an_event(13, 11),
        an_event(14, 13),
        an_event(15, 14),
        an_event(16, 15),
        {"type": "resumed", "recovered": True, "count": 4},
        {**SUBSCRIBED, "offset": 16},
        an_event(17, 16),
    )

    assert await offsets(page, 6) == [11, 13, 14, 15, 16, 17]
    await peer.hears_nothing()


async def test_a_lost_last_event_is_found_by_the_heartbeat(page, shop):
    peer = await following(page, shop)

    await peer.say({"type": "heartbeat", "offset": 10})
    await peer.hears_nothing()
    await peer.say({"type": "heartbeat", "offset": 11})

    await since(peer, 10)
    await peer.say(an_event(11, 10), {"type": "resumed", "recovered": True, "count": 1})
    assert await offsets(page, 1) == [11]


async def test_a_resumption_that_lost_something_is_asked_for_again(page, shop):
    peer = await following(page, shop)

    await peer.say(an_event(13, 12))
    await since(peer, 10)
    await peer.say(an_event(11, 10), {"type": "resumed", "recovered": True, "count": 3})

    await since(peer, 11)


@pytest.mark.parametrize("reason", ["epoch", "too_old", "too_many"])
async def test_what_cannot_be_told_is_fetched_afresh(page, shop, reason):
    reload = f"reload: async (why) => (window.why = why, '{OTHER_EPOCH};40')"
    peer = await following(page, shop, reload)
    peer.cut()
    peer = await shop.peer()
    await peer.welcome(offset=50, epoch=OTHER_EPOCH)
    await since(peer, 10)

    await peer.say(
        {"type": "resumed", "recovered": False, "count": 0, "reason": reason},
        {**SUBSCRIBED, "offset": 50},
        an_event(51, 50),  # comes again after 40
    )
    await since(peer, 40, OTHER_EPOCH)
    await peer.say(
        an_event(45, 40),
        an_event(51, 45),
        {"type": "resumed", "recovered": True, "count": 2},
    )

    assert await page.evaluate("why") == reason
    assert await offsets(page, 2) == [45, 51]


async def test_what_happened_during_a_cut_comes_once(page, shop):
    peer = await following(page, shop)
    await peer.say(an_event(11, 10))
    assert await offsets(page, 1) == [11]

    peer.cut()
    peer = await shop.peer()
    await peer.welcome(offset=13)
    await since(peer, 11)
    await peer.say(
        an_event(12, 11),
        an_event(13, 12),
        {"type": "resumed", "recovered": True, "count": 2},
        {**SUBSCRIBED, "offset": 13},
    )

    assert await offsets(page, 3) == [11, 12, 13]


@pytest.mark.parametrize(
    ("code", "attempt", "wanted"),
    [
        (1012, 0, {"then": "reconnect", "from": 0.5, "to": 20}),
        (1013, 5, {"then": "reconnect", "from": 5, "to": 60}),
        (1011, 0, {"then": "reconnect", "from": 5, "to": 60}),
        (4408, 0, {"then": "reconnect", "from": 0, "to": 1}),
        (4409, 0, {"then": "reconnect", "from": 0, "to": 1}),
        (4429, 0, {"then": "reconnect", "from": 30, "to": 30}),
        (4401, 0, {"then": "login"}),
        (4403, 0, {"then": "stop"}),
        (4400, 0, {"then": "stop"}),
        (4413, 0, {"then": "stop"}),
        (1006, 0, {"then": "reconnect", "from": 0.5, "to": 2}),
        (1006, 9, {"then": "reconnect", "from": 0.5, "to": 20}),
    ],
)
async def test_each_code_has_its_answer(page, code, attempt, wanted):
    assert await page.evaluate("([c, n]) => afterClose(c, n)", [code, attempt]) == wanted


@pytest.mark.parametrize(("code", "seconds"), [(1012, 0.5), (1013, 5), (4409, 0), (4429, 30)])
async def test_it_waits_as_the_code_says(page, shop, code, seconds):
    peer = await following(page, shop)

    await peer.close(code)

    await page.wait_for_function("closes.length > 0")
    (close,) = await page.evaluate("closes")
    assert (close["code"], close["seconds"]) == (code, seconds)
    if seconds < 1:
        await shop.peer()


@pytest.mark.parametrize("code", [4403, 4400, 4413])
async def test_it_does_not_come_back_where_it_may_not(page, shop, code):
    peer = await following(page, shop)

    await peer.close(code)

    await state(page, "stopped")
    await shop.stays_alone()


async def test_an_ended_token_is_replaced(page, shop):
    peer = await following(page, shop, "token: (why) => (why === 'ended' ? 't2' : 't1')")

    await peer.close(4401)
    peer = await shop.peer()

    assert peer.token == "t2"
    await peer.welcome()
    await since(peer, 10)


@pytest.mark.parametrize("ended", ["'t1'", "null"])
async def test_without_a_new_token_it_waits_for_a_person(page, shop, ended):
    peer = await following(page, shop, f"token: (why) => (why === 'ended' ? {ended} : 't1')")

    await peer.close(4401)

    await state(page, "signed_out")
    await shop.stays_alone()
    await page.evaluate("live.open()")
    assert (await shop.peer()).token == "t1"


async def test_a_second_token_that_is_refused_ends_it(page, shop):
    await page.evaluate(f"n = 0; follow({{ url: '{shop.url}', token: () => `t${{n++}}` }})")
    for _ in range(2):
        await (await shop.peer()).close(4401)

    await state(page, "signed_out")
    await shop.stays_alone()


async def test_a_token_is_renewed_in_time(page, shop):
    peer = await following(page, shop, "token: (why) => (why === 'expiring' ? 't2' : 't1')")

    await peer.say({"type": "token_expiring", "exp": "2024-01-15T10:00:00Z"})

    assert await peer.hear("auth") == {"token": "t2"}
    await peer.welcome()
    await peer.say(an_event(11, 10))
    assert await offsets(page, 1) == [11]
    await peer.hears_nothing()


async def test_silence_is_a_dead_connection(page, shop):
    await page.evaluate(f"follow({{ url: '{shop.url}' }})")
    peer = await shop.peer()
    await page.clock.install()
    await peer.welcome(heartbeat_s=25)
    await state(page, "live")

    await page.clock.run_for(54_000)
    assert await page.evaluate("states.at(-1)") == "live"
    await page.clock.run_for(2_000)

    await shop.peer()


async def test_requests_are_answered(page, shop):
    peer = await following(page, shop)
    done = page.evaluate("live.request('stock.search', { nome: 'acai' })")
    refused = page.evaluate(
        """live.request('sale.register', { id: 1 }, { key: 'k' })
            .catch(({ code, errors, details }) => ({ code, errors, details }))"""
    )

    first, second = await answers(done, refused, peer)

    assert first == [{"id": 1}]
    assert second == {"code": "INSUFFICIENT_STOCK", "errors": ["Não há"], "details": {"a": 1}}


async def answers(done: Any, refused: Any, peer: Peer) -> tuple[Any, Any]:
    async def answer() -> None:
        asked = await peer.hear("request")
        assert (asked["action"], asked["data"]) == ("stock.search", {"nome": "acai"})
        sold = await peer.hear("request")
        assert sold["idempotency_key"] == "k"
        await peer.say(
            {
                "type": "response",
                "id": sold["id"],
                "ok": False,
                "code": "INSUFFICIENT_STOCK",
                "errors": ["Não há"],
                "detalhes": {"a": 1},
            },
            {"type": "response", "id": asked["id"], "ok": True, "data": [{"id": 1}]},
        )

    first, second, _ = await asyncio.gather(done, refused, answer())
    return first, second


async def test_a_request_with_a_key_is_sent_again_and_one_without_is_given_up(page, shop):
    peer = await following(page, shop)
    await page.evaluate(
        """() => {
            const sale = live.request('sale.register', { id: 1 }, { key: 'k' });
            sale.then((data) => (window.sold = data));
            const moved = live.request('order.set_status', { id: 2 });
            moved.catch(({ code }) => (window.lost = code));
        }"""
    )
    await peer.hear("request")
    await peer.hear("request")

    peer.cut()
    peer = await shop.peer()
    await peer.welcome()
    again = await peer.hear("request")
    await peer.say({"type": "response", "id": again["id"], "ok": True, "data": {"total": 12}})

    await page.wait_for_function("window.sold")
    assert again["idempotency_key"] == "k"
    assert await page.evaluate("lost") == "CONNECTION_LOST"


async def test_topics_come_and_go(page, shop):
    peer = await following(page, shop)

    await page.evaluate("live.subscribe(['sales', 'stock']); live.unsubscribe(['stock'])")

    assert await peer.hear("subscribe") == {"topics": ["sales"]}
    assert await peer.hear("unsubscribe") == {"topics": ["stock"]}


async def test_topics_given_up_while_a_screen_loads_anew_are_given_up(page, shop):
    peer = await following(page, shop, f"reload: () => (live.unsubscribe(['stock']), '{EPOCH};60')")
    await page.evaluate("live.subscribe(['sales'])")
    _ = await peer.hear("subscribe")

    await peer.say({"type": "heartbeat", "offset": 11})
    _ = await peer.hear("subscribe")
    await peer.say({"type": "resumed", "recovered": False, "count": 0, "reason": "too_many"})

    assert await peer.hear("unsubscribe") == {"topics": ["stock"]}
    frame = await peer.hear("subscribe")
    assert (frame["topics"], frame["since"]["offset"]) == (["sales"], 60)


async def test_it_leaves_when_asked(page, shop):
    await following(page, shop)

    await page.evaluate("live.close()")

    await state(page, "closed")
    await shop.stays_alone()
