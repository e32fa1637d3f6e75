"""Lists of products as bytes: what is kept must be what would be written."""

import asyncio
from dataclasses import replace

import pytest

from cashhaven_adapters.litestar.product_lists import ProductLists
from cashhaven_adapters.litestar.schemas.stock import shown
from cashhaven_adapters.litestar.wire import encode, listed
from cashhaven_domain.shared.paging import Cursor, Page
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import ShownProducts, StoredProduct
from tests.adapters.litestar.support import web_shop
from tests.support.products import a_product

FIVE = Quantity.of(5)


def shelf(count):
    return [
        StoredProduct.of(a_product(number, name=f'Açaí "{number}"'))
        for number in range(1, count + 1)
    ]


def seen(products, *, priced=False, minimum=FIVE, after=None):
    page = Page(tuple(products), None if after is None else Cursor(after))
    return ShownProducts(page, priced, minimum)


def written(list_seen):
    """Return what is sent when nothing is kept."""
    return encode(listed(Page(list_seen.items, list_seen.next), shown))


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 500, 1000])
@pytest.mark.parametrize("priced", [False, True])
async def test_a_list_is_written_as_any_other_reply(count, priced):
    lists = ProductLists()
    for after in (None, 7):
        here = seen(shelf(count), priced=priced, after=after)
        assert (await lists.reply(here)).body == written(here)


async def test_the_same_list_is_the_same_reply():
    lists, here = ProductLists(), seen(shelf(100))
    reply = await lists.reply(here)
    again = await lists.reply(ShownProducts(here.found, priced=False, shop_minimum=FIVE))
    assert again.body is reply.body
    assert again.tag is reply.tag


async def test_every_change_shows_and_has_its_tag():
    lists, products = ProductLists(), shelf(200)
    tags = {(await lists.reply(seen(products))).tag}
    changes = [
        lambda: products.__setitem__(70, replace(products[70], balance=Quantity.of(3))),
        lambda: products.__setitem__(0, replace(products[0], name="Mel")),
        lambda: products.pop(130),
        lambda: products.insert(0, replace(products[0], id=ProductId(900))),
        lambda: products.reverse(),
    ]
    for number, change in enumerate(changes, 2):
        change()
        reply = await lists.reply(seen(products))
        assert reply.body == written(seen(products))
        tags.add(reply.tag)
        assert len(tags) == number


async def test_a_tag_follows_from_the_content_and_the_level_and_from_nothing_else():
    old, new = ProductLists(), ProductLists()
    await old.reply(seen(shelf(150)[20:]))
    here = shelf(150)
    for priced in (False, True):
        one = await old.reply(seen(here, priced=priced))
        assert one.tag == (await new.reply(seen(shelf(150), priced=priced))).tag
    nothing = {(await old.reply(seen([], priced=priced))).tag for priced in (False, True)}
    assert len(nothing) == 2
    more = {(await old.reply(seen(here, after=after))).tag for after in (None, 7, 8)}
    assert len(more) == 3


async def test_another_minimum_of_the_shop_is_another_reply():
    lists, here = ProductLists(), shelf(3)
    found = seen(here).found
    plenty = await lists.reply(ShownProducts(found, priced=False, shop_minimum=FIVE))
    low = await lists.reply(ShownProducts(found, priced=False, shop_minimum=Quantity.of(100)))
    assert plenty.body.count(b'"estoque_baixo":false') == 3
    assert low.body.count(b'"estoque_baixo":true') == 3


async def test_two_who_ask_at_once_for_different_lists_get_their_own():
    lists, here = ProductLists(), shelf(2_000)
    changed = [replace(product, balance=Quantity.of(1)) for product in here]
    low = Quantity.of(1)
    asked = [seen(here), seen(changed), seen(here, minimum=low), seen(changed, minimum=low)]
    replies = await asyncio.gather(*(lists.reply(one) for one in asked))
    assert [reply.body for reply in replies] == [written(one) for one in asked]


async def test_what_is_kept_has_a_limit():
    lists = ProductLists()
    for number in range(1, 300):
        await lists.reply(seen(shelf(1), after=number))
    assert len(lists._kept) <= 64
    for number in range(1, 60):
        await lists.reply(seen(shelf(1_000), after=number))
    assert lists._bytes == sum(len(reply.body) for _, reply in lists._kept.values())
    assert lists._bytes < 9_000_000


@pytest.mark.parametrize("path", ["/api/stock/all", "/api/stock/serach/name?nome=produto"])
async def test_a_list_that_did_not_change_is_answered_with_304(path):
    async with web_shop() as web:
        for number in (2, 3):
            product = {
                "produto": f"Produto {number}",
                "compra": 5,
                "venda": 12,
                "saldo": 10,
                "fornecedor": "ABC",
            }
            await web.administrator.post("/api/stock/insert", json=product)
        first = await web.operator.get(path)
        assert len(first.json()["data"]) == 2
        mine = {"If-None-Match": first.headers["ETag"]}
        assert (await web.operator.get(path, headers=mine)).status_code == 304
        assert (await web.administrator.get(path, headers=mine)).status_code == 200
        moved = {"id": first.json()["data"][0]["id"], "saldo": 1}
        await web.administrator.post("/api/stock/update/sd", json=moved)
        after = await web.operator.get(path, headers=mine)
        assert after.status_code == 200
        assert after.json()["data"][0]["saldo"] == 11
