from datetime import UTC, date, datetime, timedelta

import pytest

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.errors import ProductNotFound
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import PricedProductView, ProductView
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery
from cashhaven_domain.stock.use_cases.list_prices import ListPricesQuery
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from cashhaven_domain.stock.use_cases.search_products import SearchProductsQuery
from tests.support.products import adding

WHOLE = PageRequest()


async def add(shop, name="Açaí 500ml", **parts):
    return (await shop.add_product(shop.administrator, adding(name=name, **parts))).receipt


async def search(shop, name, page=WHOLE):
    found = await shop.search_products(shop.operator, SearchProductsQuery(name=name, page=page))
    return [view.name for view in found.items]


async def movements(shop, product_id=None, **parts):
    query = ListMovementsQuery(product_id=product_id, **{"page": WHOLE} | parts)
    return await shop.list_movements(shop.administrator, query)


async def test_what_products_are_bought_for_is_in_another_type(shop):
    added = await add(shop)
    looks = [
        lambda actor: shop.list_products(actor, WHOLE),
        lambda actor: shop.search_products(actor, SearchProductsQuery(name="acai", page=WHOLE)),
        lambda actor: shop.list_low_stock(actor, WHOLE),
    ]
    await add(shop, "Pouco", balance=Quantity.of(1))
    for look in looks:
        for actor, kind in (
            (shop.administrator, PricedProductView),
            (shop.operator, ProductView),
        ):
            views = (await look(actor)).items
            assert views
            assert {type(view) for view in views} == {kind}
    assert type(await shop.find_product(shop.operator, added.id)) is ProductView
    assert not hasattr(await shop.find_product(shop.operator, added.id), "purchase_price")
    assert type(await shop.find_product(shop.administrator, added.id)) is PricedProductView


async def test_a_product_is_low_at_its_own_minimum_or_else_the_shops(shop):
    for name, balance, minimum in (
        ("no da loja", 5, None),
        ("acima do da loja", "5.001", None),
        ("no seu", 3, Quantity.of(3)),
        ("acima do seu", 4, Quantity.of(3)),
        ("sem mínimo", 0, Quantity.zero()),
    ):
        await add(shop, name, balance=Quantity.of(balance), minimum=minimum)
    low = await shop.list_low_stock(shop.operator, WHOLE)
    assert [view.name for view in low.items] == ["no da loja", "no seu", "sem mínimo"]
    assert all(view.low for view in low.items)
    everything = await shop.list_products(shop.operator, WHOLE)
    assert [view.low for view in everything.items] == [True, False, True, False, True]


async def test_a_search_knows_no_case_and_no_accents(shop):
    await add(shop)
    assert await search(shop, "acai") == ["Açaí 500ml"]
    assert await search(shop, "AÇAÍ 5") == ["Açaí 500ml"]
    assert await search(shop, "00ML") == ["Açaí 500ml"]
    assert await search(shop, "cupuaçu") == []


async def test_percent_and_underscore_are_letters(shop):
    await add(shop, "Suco 100% uva")
    await add(shop, "Kit_1")
    await add(shop, "Suco")
    assert await search(shop, "%") == ["Suco 100% uva"]
    assert await search(shop, "_") == ["Kit_1"]
    assert await search(shop, "s%o") == []
    assert await search(shop, "\\") == []


async def test_the_best_match_comes_first(shop):
    for name in ("Suco de açaí", "Guaraçaí", "Açaí 700ml", "Açaí 500ml", "AÇAÍ", "Mel"):
        await add(shop, name)
    await add(shop, "Açaí 500ml", supplier="Outro")
    assert await search(shop, "açaí") == [
        "AÇAÍ",
        "Açaí 500ml",
        "Açaí 500ml",
        "Açaí 700ml",
        "Suco de açaí",
        "Guaraçaí",
    ]


async def test_a_search_can_be_read_in_pages(shop):
    for name in ("Suco de açaí", "Açaí 700ml", "Açaí 500ml", "AÇAÍ"):
        await add(shop, name)
    names, after = [], None
    while True:
        page = await shop.search_products(
            shop.operator, SearchProductsQuery(name="acai", page=PageRequest(1, after))
        )
        names += [view.name for view in page.items]
        if page.next is None:
            break
        after = page.next
    assert names == ["AÇAÍ", "Açaí 500ml", "Açaí 700ml", "Suco de açaí"]


@pytest.mark.parametrize("name", ["", "   ", "\u0301", "x" * 121, "a\0"])
async def test_a_search_needs_something_to_search_by(shop, name):
    with pytest.raises(InvalidInput, match="nome"):
        await search(shop, name)


async def test_the_ledger_is_of_one_product_or_of_all_newest_first(shop):
    one, two = await add(shop, "Um"), await add(shop, "Dois")
    shop.clock.advance(timedelta(minutes=1))
    for product in (one, two):
        await shop.move_stock(
            shop.administrator,
            MoveStockCommand(product_id=product.id, quantity=Quantity.of(1)),
        )
    page = await movements(shop)
    assert [(view.product_id, str(view.reason)) for view in page.items] == [
        (two.id, "entrada"),
        (one.id, "entrada"),
        (two.id, "abertura"),
        (one.id, "abertura"),
    ]
    assert [view.product_id for view in (await movements(shop, one.id)).items] == [one.id] * 2


async def test_the_days_of_the_ledger_are_days_of_the_shop(shop):
    shop.clock.set(datetime(2024, 1, 16, 2, 59, tzinfo=UTC))  # still the 15th in São Paulo
    product = await add(shop)
    the_15th, the_16th = date(2024, 1, 15), date(2024, 1, 16)
    assert len((await movements(shop, since=the_15th, until=the_15th)).items) == 1
    assert (await movements(shop, product.id, since=the_16th)).items == ()
    assert (await movements(shop, until=shop.clock.now())).items == ()
    with pytest.raises(InvalidInput):
        await movements(shop, since=the_16th, until=the_15th)


async def test_the_history_of_what_never_was_is_not_found(shop):
    with pytest.raises(ProductNotFound):
        await movements(shop, ProductId(9))
    with pytest.raises(ProductNotFound):
        await shop.list_prices(
            shop.administrator, ListPricesQuery(product_id=ProductId(9), page=WHOLE)
        )


async def test_the_place_in_another_list_is_none_in_the_ledger(shop):
    await add(shop)
    with pytest.raises(InvalidInput, match="depois"):
        await movements(shop, page=PageRequest(None, Cursor(1)))
