"""The JavaScript client in a real browser, at a real server: nothing lost, nothing doubled."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import playwright
import pytest
from playwright.async_api import Page

from tests.support.browser_page import CLIENT, client_page, running_browser, served_page
from tests.support.cutting_proxy import cutting_proxy
from tests.support.server_process import ROOT, ServerProcess
from tests.support.small_shop import SmallShop, small_shop

pytestmark = [pytest.mark.browser, pytest.mark.heavy, pytest.mark.timeout(180)]

SCREEN = """([http, socket, token]) => follow({
    url: socket + '/ws',
    client: 'painel',
    topics: ['sales'],
    token: () => token,
    reload: async (why) => {
        window.loads = [...(window.loads ?? []), why];
        const reply = await fetch(http + '/api/stock/all', {
            headers: { Authorization: `Bearer ${token}` },
        });
        window.catalogue = (await reply.json()).data;
        return reply.headers.get('X-Stream-Position');
    },
})"""


@pytest.fixture
def origin() -> Iterator[str]:
    with served_page() as address:
        yield address


@pytest.fixture
async def page(chromium, origin) -> AsyncIterator[Page]:
    async with running_browser(chromium) as browser, client_page(browser, origin) as page:
        yield page


@pytest.fixture
async def server(origin, tmp_path) -> AsyncIterator[ServerProcess]:
    async with ServerProcess(tmp_path, {"ALLOWED_ORIGINS": origin}) as process:
        yield process


@pytest.fixture
async def shop(server) -> AsyncIterator[SmallShop]:
    async with small_shop(server.url) as opened:
        yield opened


async def open_screen(page: Page, shop: SmallShop, http: str, port: int) -> None:
    """Open a screen that loads over HTTP and follows through this port."""
    await page.evaluate(SCREEN, [http, f"ws://127.0.0.1:{port}", shop.token])
    await page.wait_for_function("live.position")


async def sales_seen(page: Page, count: int) -> list[int]:
    """Return the numbers of the sales that were told, in order; they must become so many."""
    await page.wait_for_function("count => events.length >= count", arg=count)
    seen: list[int] = await page.evaluate("events.map((event) => event.data.id)")
    return seen


async def test_a_screen_that_is_cut_off_gets_what_it_missed_once_and_in_order(page, server, shop):
    async with cutting_proxy(server.port) as network:
        await open_screen(page, shop, server.url, network.port)
        sales = [await shop.sell()]
        assert await sales_seen(page, 1) == sales

        for _ in range(3):
            network.cut()
            sales += [await shop.sell() for _ in range(3)]
            network.mend()
            assert await sales_seen(page, len(sales)) == sales
        sales.append(await shop.sell())

        assert await sales_seen(page, len(sales)) == sales
        assert network.cuts >= 3
        offsets = await page.evaluate("events.map((event) => event.offset)")
        assert offsets == sorted(set(offsets))
        assert await page.evaluate("loads") == ["start"]
        (product,) = await page.evaluate("catalogue")
        assert product["produto"] == "Açaí 500ml"


async def test_a_screen_outlives_a_restart_of_the_server(page, server, shop):
    await open_screen(page, shop, server.url, server.port)
    sales = [await shop.sell()]
    assert await sales_seen(page, 1) == sales

    assert await server.stop() == 0
    await page.wait_for_function("closes.length > 0")
    assert await page.evaluate("closes[0].code") == 1012
    await server.start()
    sales += [await shop.sell() for _ in range(2)]

    assert await sales_seen(page, 3) == sales
    assert await page.evaluate("loads") == ["start"]


async def test_a_screen_loads_afresh_when_positions_are_void(page, server, shop):
    await open_screen(page, shop, server.url, server.port)
    server.kill()
    server.run_command("new-epoch")
    await server.start()

    await page.wait_for_function("loads.length === 2")
    assert await page.evaluate("loads[1]") == "epoch"
    sale = await shop.sell()
    assert await sales_seen(page, 1) == [sale]


async def test_a_token_that_ended_needs_a_person(page, server, shop):
    await open_screen(page, shop, server.url, server.port)

    await shop.post("auth/logout", {})

    await page.wait_for_function("states.at(-1) === 'signed_out'")


async def test_requests_go_over_the_same_connection(page, server, shop):
    await open_screen(page, shop, server.url, server.port)

    found = await page.evaluate("live.request('stock.search', { nome: 'acai' })")
    refused = await page.evaluate(
        "live.request('order.set_status', { id: 7, status: 'pronto' }).catch(({ code }) => code)"
    )

    assert [product["produto"] for product in found] == ["Açaí 500ml"]
    assert refused == "ORDER_NOT_FOUND"


async def test_the_example_of_the_page_is_a_kitchen_screen(page, server, shop):
    text = (ROOT / "docs" / "how-to" / "follow-the-shop-live.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```js\n(.*?)```", text, re.DOTALL)
    example = example.replace("https://loja.exemplo", server.url)
    example = example.replace("wss://loja.exemplo", server.url.replace("http", "ws"))
    await page.evaluate(
        """(token) => {
            window.session = { token };
            window.told = [];
            window.board = {
                show: (orders) => told.push(["show", orders.length]),
                apply: (event, data) => told.push([event, data.observacoes]),
                say: (state) => told.push(["say", state]),
            };
        }""",
        shop.token,
    )

    await page.add_script_tag(content=example, type="module")
    await page.wait_for_function("told.length === 3")
    item = {"produto_id": 1, "quantidade": 2, "preco_unitario": 12}
    await shop.post("order/create", {"items": [item], "total": 24, "observacoes": "Sem açúcar"})
    await page.wait_for_function("told.length === 4")

    assert await page.evaluate("told") == [
        ["say", "connecting"],
        ["say", "live"],
        ["show", 0],
        ["order.created", "Sem açúcar"],
    ]


async def test_it_runs_in_node_too(server, shop):
    node = Path(playwright.__file__).parent / "driver" / "node"
    program = f"""
        import {{ CashHavenLive }} from {json.dumps(CLIENT.as_uri())};
        const live = new CashHavenLive({{
            url: "ws://127.0.0.1:{server.port}/ws",
            topics: ["sales"],
            token: () => process.env.TOKEN,
            onState: (state) => console.log(state),
            onEvent: (event) => {{ console.log(event.data.produto); live.close(); }},
        }});
        live.open();
        const started = setInterval(() => {{
            if (live.position) {{ console.log("begun"); clearInterval(started); }}
        }}, 10);
    """
    process = await asyncio.create_subprocess_exec(
        *(node, "--input-type=module", "--eval", program),
        env={"TOKEN": shop.token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output = process.stdout
    assert output is not None
    async with asyncio.timeout(20):
        begun = [(await output.readline()).decode().strip() for _ in range(3)]
        await shop.sell()
        rest = (await output.read()).decode().split("\n")

    assert begun == ["connecting", "live", "begun"]
    assert rest == ["Açaí 500ml", "closed", ""]
    assert await process.wait() == 0
