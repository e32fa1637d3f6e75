from dataclasses import replace
from datetime import timedelta

import pytest

from cashhaven_adapters.sql.catalogue.queries import CatalogueProductQueries
from cashhaven_app.stream.following import Follower
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.movement import Reason
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import StoredProduct
from tests.support.products import ADDED, KEEPER, a_product

WHOLE = PageRequest()
FIVE = Quantity.of(5)


@pytest.fixture(params=["from the tables", "from the catalogue"])
async def storage(storage, engine, request):
    """Each storage; and those in SQL once more, with their products kept in memory."""
    if request.param == "from the tables":
        yield storage
        return
    if engine == "memory":
        pytest.skip("what is in memory needs no catalogue")
    stream = Follower(storage.event_stream(), storage.relay())
    await stream.catch_up()
    storage.product_queries = queries = CatalogueProductQueries(storage.database, stream)
    yield storage
    await queries.close()
    await stream.close()


async def add(storage, *products):
    async with storage.new_uow() as uow:
        for product in products:
            await uow.products.add(product)
        await uow.commit()


async def change(storage, verb, number=1):
    async with storage.new_uow() as uow:
        product = await uow.products.get_for_update(ProductId(number))
        verb(product)
        await uow.products.save(product)
        await uow.commit()


async def walk(ask, limit):
    """Return the ids of all pages of a list."""
    found, after = [], None
    while True:
        page = await ask(PageRequest(limit, after))
        assert len(page.items) <= limit
        found += [view.id for view in page.items]
        if page.next is None:
            return found
        after = page.next


def names(page):
    return [view.name for view in page.items]


async def test_a_product_is_shown_as_it_is(storage):
    product = a_product(unit=Unit.KILOGRAM, minimum=Quantity.of("2.5"))
    await add(storage, product, a_product(2))
    view = await storage.product_queries.find(ProductId(1))
    assert view == StoredProduct.of(product)
    (first, second) = (await storage.product_queries.list_products(WHOLE)).items
    assert (first, second.id) == (view, 2)


async def test_nothing_is_an_answer(storage):
    queries = storage.product_queries
    assert await queries.find(ProductId(1)) is None
    assert not await queries.has_existed(ProductId(1))
    for page in (
        await queries.list_products(WHOLE),
        await queries.list_low(FIVE, WHOLE),
        await queries.search("a", WHOLE),
        await queries.list_movements(None, Period(), WHOLE),
        await queries.list_prices(ProductId(1), WHOLE),
    ):
        assert page.items == ()
        assert page.next is None


async def test_a_removed_product_is_known_to_the_past_only(storage):
    await add(storage, a_product())
    await change(storage, lambda product: product.remove(at=ADDED))
    queries = storage.product_queries
    assert await queries.find(ProductId(1)) is None
    for page in (
        await queries.list_products(WHOLE),
        await queries.list_low(Quantity.of(1000), WHOLE),
        await queries.search("acai", WHOLE),
    ):
        assert page.items == ()
    assert await queries.has_existed(ProductId(1))
    assert len((await queries.list_movements(ProductId(1), Period(), WHOLE)).items) == 1
    assert len((await queries.list_prices(ProductId(1), WHOLE)).items) == 1


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
async def test_lists_are_sorted_and_can_be_walked_through(storage, limit):
    await add(storage, *(a_product(number) for number in (5, 3, 1, 7, 2, 4, 6)))
    queries = storage.product_queries
    assert await walk(queries.list_products, limit) == [1, 2, 3, 4, 5, 6, 7]
    assert await walk(lambda page: queries.list_low(Quantity.of(100), page), limit) == [
        1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert await walk(lambda page: queries.search("produto", page), limit) == [2, 3, 4, 5, 6, 7]


async def test_the_own_minimum_goes_before_the_shops(storage):
    await add(
        storage,
        a_product(1, balance=Quantity.of(5)),
        a_product(2, balance=Quantity.of("5.001")),
        a_product(3, balance=Quantity.of(5), minimum=Quantity.of("4.999")),
        a_product(4, balance=Quantity.of(7), minimum=Quantity.of(7)),
        a_product(5, balance=Quantity.of(0), minimum=Quantity.zero()),
    )
    low = await storage.product_queries.list_low(FIVE, WHOLE)
    assert [view.id for view in low.items] == [1, 4, 5]
    everything = await storage.product_queries.list_products(WHOLE)
    assert [view.id for view in everything.items if view.is_low(FIVE)] == [1, 4, 5]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("acai", ["AÇAÍ", "Açaí 500ml", "Açaí 700ml", "Suco de açaí", "Guaraçaí"]),
        ("acai 5", ["Açaí 500ml"]),
        ("ml", ["Açaí 500ml", "Açaí 700ml"]),
        ("%", ["50% de desconto"]),
        ("_", ["a_b"]),
        ("\\", ["c\\d"]),
        ("'", ["D'água"]),
        ("strasse", ["Straße"]),
        ("ﷺ", []),
    ],
)
async def test_a_part_of_a_name_finds_it_best_match_first(storage, part, found):
    shelf = [
        "Suco de açaí", "Guaraçaí", "Açaí 700ml", "Açaí 500ml", "AÇAÍ",
        "50% de desconto", "a_b", "c\\d", "D'água", "Straße",
    ]  # fmt: skip
    await add(storage, *(a_product(n, name=name) for n, name in enumerate(shelf, 1)))
    assert names(await storage.product_queries.search(part, WHOLE)) == found


async def test_equal_names_are_sorted_by_id(storage):
    await add(
        storage,
        a_product(2, name="Mel", supplier="B"),
        a_product(1, name="MEL", supplier="C"),
        a_product(3, name="mel", supplier="A"),
    )
    assert await walk(lambda page: storage.product_queries.search("mel", page), 1) == [1, 2, 3]


async def test_a_folded_name_may_be_much_longer_than_the_name(storage):
    name = "\ufdfa" * 119 + "Z"
    await add(storage, a_product(name=name))
    assert names(await storage.product_queries.search(fold(name), WHOLE)) == [name]
    assert names(await storage.product_queries.search("z", WHOLE)) == [name]


async def test_a_search_goes_on_where_it_was_although_the_last_one_was_removed(storage):
    await add(storage, *(a_product(number, name=f"Mel {number}") for number in (1, 2, 3)))
    search = storage.product_queries.search
    page = await search("mel", PageRequest(1))
    await change(storage, lambda product: product.remove(at=ADDED))
    assert [v.id for v in (await search("mel", PageRequest(None, page.next))).items] == [2, 3]
    assert (await search("mel", PageRequest(None, Cursor(99)))).items == ()


async def three_days(storage):
    """Add two products and move them on three days, the last first."""
    await add(storage, a_product(1), a_product(2))
    for days in (2, 1):
        at = ADDED + timedelta(days=days)
        for number in (1, 2):
            await change(
                storage,
                lambda product, at=at: product.receive(Quantity.of(1), by=KEEPER, at=at),
                number,
            )


@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
async def test_the_ledger_is_newest_first_by_moment_and_then_id(storage, limit):
    await three_days(storage)
    queries = storage.product_queries
    whole = (await queries.list_movements(None, Period(), WHOLE)).items
    assert [(v.product_id, (v.at - ADDED).days) for v in whole] == [
        (2, 2), (1, 2), (2, 1), (1, 1), (2, 0), (1, 0),
    ]  # fmt: skip
    ids = await walk(lambda page: queries.list_movements(None, Period(), page), limit)
    assert ids == [view.id for view in whole]
    ids = await walk(lambda page: queries.list_movements(ProductId(2), Period(), page), limit)
    assert ids == [view.id for view in whole if view.product_id == 2]


async def test_the_ledger_of_a_period_has_its_beginning_and_not_its_end(storage):
    await three_days(storage)
    first, second = ADDED + timedelta(days=1), ADDED + timedelta(days=2)
    for period, days in (
        (Period(first, second), {1}),
        (Period(first, None), {1, 2}),
        (Period(None, first), {0}),
        (Period(first + timedelta(microseconds=1), None), {2}),
        (Period(first, first), set()),
    ):
        page = await storage.product_queries.list_movements(None, period, WHOLE)
        assert {(view.at - ADDED).days for view in page.items} == days


async def test_a_place_without_a_moment_is_none_in_the_ledger(storage):
    with pytest.raises(InvalidInput):
        await storage.product_queries.list_movements(None, Period(), PageRequest(None, Cursor(1)))


async def test_prices_are_told_from_the_first_to_the_last(storage):
    await add(storage, a_product(1), a_product(2))
    for price in (13, 14, 15):
        await change(
            storage,
            lambda product, price=price: product.change_prices(
                Money.of(price), by=KEEPER, at=ADDED
            ),
        )
    queries = storage.product_queries
    page = await queries.list_prices(ProductId(1), WHOLE)
    assert [view.sale_price for view in page.items] == [Money.of(n) for n in (12, 13, 14, 15)]
    assert all(view.product_id == 1 and view.user_id == KEEPER for view in page.items)
    ids = await walk(lambda page: queries.list_prices(ProductId(1), page), 2)
    assert ids == [view.id for view in page.items]


async def test_what_was_not_committed_is_not_seen(storage):
    async with storage.new_uow() as uow:
        await uow.products.add(a_product())
        assert await storage.product_queries.find(ProductId(1)) is None


async def test_views_stay_what_they_were(storage):
    await add(storage, a_product())
    view = await storage.product_queries.find(ProductId(1))
    before = replace(view)
    await change(storage, lambda product: product.withdraw(Quantity.of(1), by=KEEPER, at=ADDED))
    assert view == before
    (row, _) = (await storage.product_queries.list_movements(ProductId(1), Period(), WHOLE)).items
    assert row.reason is Reason.WITHDRAWAL
