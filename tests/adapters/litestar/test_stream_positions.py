"""Lists say from where in the stream a screen goes on that starts from them."""

import pytest

from cashhaven_domain.shared.errors import Unavailable
from cashhaven_domain.stream.position import StreamPosition
from tests.adapters.litestar.support import web_shop
from tests.support.selling import known_client

PATHS = ("/api/stock/all", "/api/order/all")


@pytest.fixture
async def web():
    async with web_shop() as web:
        yield web


def told(answer):
    return StreamPosition.from_text(answer.headers["X-Stream-Position"])


@pytest.mark.parametrize("path", PATHS)
async def test_a_list_says_how_far_the_stream_had_come(web, path):
    first = told(await web.operator.get(path))
    assert first.offset == 0
    _ = await known_client(web.shop)
    assert await web.shop.container.adapters.relay().advance()
    second = told(await web.operator.get(path))
    assert second.offset > 0
    assert second.epoch == first.epoch


@pytest.mark.parametrize("path", PATHS)
async def test_the_position_is_taken_before_the_list_is_read(web, path, monkeypatch):
    adapters = web.shop.container.adapters
    queries = adapters.product_queries() if "stock" in path else adapters.order_queries()
    name = "list_products" if "stock" in path else "list_orders"
    read = getattr(queries, name)

    async def read_late(*arguments, **named):
        _ = await known_client(web.shop)
        assert await adapters.relay().advance()
        await adapters.follower().catch_up()
        return await read(*arguments, **named)

    monkeypatch.setattr(queries, name, read_late, raising=False)
    assert told(await web.operator.get(path)).offset == 0
    assert adapters.follower().position.offset > 0


async def test_a_list_that_did_not_change_has_its_tag_still_and_a_newer_position(web):
    first = await web.operator.get("/api/stock/all")
    _ = await known_client(web.shop)
    assert await web.shop.container.adapters.relay().advance()
    again = await web.operator.get(
        "/api/stock/all", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]
    assert told(again).offset > told(first).offset


@pytest.mark.parametrize("path", PATHS)
async def test_without_any_position_the_list_is_refused(path):
    async def away():
        raise Unavailable()

    async with web_shop(use_cases={"stream_position": lambda: away}) as web:
        assert (await web.operator.get(path)).status_code == 503


@pytest.mark.parametrize("path", PATHS)
async def test_strangers_learn_no_position(web, path):
    answer = await web.nobody.get(path)
    assert answer.status_code == 401
    assert "X-Stream-Position" not in answer.headers
