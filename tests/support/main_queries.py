"""The questions that a day in the shop asks the database, for looking at their plans.

Each is asked through the repository or the query class that asks it in the program.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.kept_answers import SqlKeptAnswers
from cashhaven_adapters.sql.numbers import SqlNumbers
from cashhaven_adapters.sql.queries.clients import SqlClientQueries
from cashhaven_adapters.sql.queries.orders import SqlOrderQueries
from cashhaven_adapters.sql.queries.parameters import SqlParameterQueries
from cashhaven_adapters.sql.queries.products import SqlProductQueries
from cashhaven_adapters.sql.queries.sales import SqlSaleQueries
from cashhaven_adapters.sql.queries.users import SqlUserQueries
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.queries import ClientSearch
from cashhaven_domain.orders.fiscal_document import FiscalStatus
from cashhaven_domain.orders.ports import OrderNeeds
from cashhaven_domain.orders.queries import FiscalFilter, OrderFilter
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.sales.ports import SaleNeeds
from cashhaven_domain.sales.queries import SaleFilter
from cashhaven_domain.sales.sale import SaleId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.brazil import Cpf
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.operations import Answer, Operation, OperationKey, Outcome
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.users.session import TokenId
from tests.support.many_rows import A_YEAR, at

Ask: TypeAlias = Callable[[Database], Awaitable[object]]
Work: TypeAlias = Callable[[SqlUnitOfWork], Awaitable[object]]

_PAGE = PageRequest(limit=50)
_NEXT = PageRequest(limit=50, after=Cursor(1_500))
_LATER = PageRequest(limit=50, after=Cursor(1_500, at(1_500)))
_DAY = Period(at(1_500), at(1_500) + timedelta(days=1))
_KEYS = frozenset({"1:sale-7", "1:order-8", "1:sale-9"})
_SALES_NEED = SaleNeeds(keys=_KEYS, clients=frozenset(), products=frozenset())
_ORDERS_NEED = OrderNeeds(
    keys=_KEYS, numbers=frozenset(), clients=frozenset(), products=frozenset()
)
_OPERATIONS = [
    Operation(UserId(2), OperationKey(f"key-{n}"), "register_sale", b"f" * 32)
    for n in (1, 21, 9_999)
]
_ANSWER = Answer(Outcome.DONE, "{}", 1)

FEW_PARAMETERS = "there are some ten parameters, and all of them are wanted"
FEW_USERS = "a shop has few users, and the last administrator goes seldom"
FEW_PRODUCTS = "a shop's products are few, and no index knows parts of words"
PARTS_OF_NAMES = (
    "no index knows parts of words: clients are read by their number until the page is full"
)
EVERYTHING = "an unpaged list is nearly the whole table"


@dataclass(frozen=True, slots=True)
class Question:
    """One of them; `scans` are the tables that it may read whole, each with the reason."""

    area: str
    name: str
    ask: Ask
    scans: dict[str, str] = field(default_factory=dict)


def questions() -> list[Question]:
    """Return all of them, by area."""
    return [
        *_of_stock(),
        *_of_sales(),
        *_of_orders(),
        *_of_clients(),
        *_of_users(),
        *_of_the_stream(),
        *_shared(),
    ]


def _writing(work: Work) -> Ask:
    """Return what does the work in a transaction that is undone.

    At the end of the stretch everything is sent, whether it finds the rows that it wants or not.
    """

    async def ask(database: Database) -> None:
        async with SqlUnitOfWork(database) as uow:
            with suppress(StaleAggregate):
                async with uow.savepoint():
                    _ = await work(uow)

    return ask


def _of_stock() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("stock", name, ask, scans)

    low = Quantity.of(10)
    seven = ProductId(7)
    return [
        q("a page of products", lambda db: SqlProductQueries(db).list_products(_PAGE)),
        q("the next page of products", lambda db: SqlProductQueries(db).list_products(_NEXT)),
        q(
            "all products",
            lambda db: SqlProductQueries(db).list_products(PageRequest()),
            product=EVERYTHING,
        ),
        q("products running out", lambda db: SqlProductQueries(db).list_low(low, _PAGE)),
        q("one product", lambda db: SqlProductQueries(db).find(seven)),
        q(
            "products by part of the name",
            lambda db: SqlProductQueries(db).search("duto 12", _NEXT),
            product=FEW_PRODUCTS,
        ),
        q(
            "the ledger",
            lambda db: SqlProductQueries(db).list_movements(None, Period(), _PAGE),
        ),
        q(
            "the ledger of a day",
            lambda db: SqlProductQueries(db).list_movements(None, _DAY, _LATER),
        ),
        q(
            "the ledger of a product",
            lambda db: SqlProductQueries(db).list_movements(seven, Period(), _PAGE),
        ),
        q(
            "the next page of a product's ledger",
            lambda db: SqlProductQueries(db).list_movements(seven, Period(), _LATER),
        ),
        q("prices of a product", lambda db: SqlProductQueries(db).list_prices(seven, _PAGE)),
        q("products to sell, held", _writing(_hold_products)),
        q("balances changed", _writing(_take_goods)),
    ]


async def _hold_products(uow: SqlUnitOfWork) -> None:
    _ = await uow.products.get_many_for_update([ProductId(n) for n in (3, 7, 11)])


async def _take_goods(uow: SqlUnitOfWork) -> None:
    found = await uow.products.get_many_for_update([ProductId(n) for n in (3, 7, 11)])
    origin = Origin(OriginKind.SALE, 9_000)
    for product in found.values():
        product.sell(Quantity.of(1), origin=origin, by=UserId(1), at=at(9_000))
    await uow.products.save_many(found.values())


def _of_sales() -> list[Question]:
    def q(name: str, wanted: SaleFilter, page: PageRequest, **scans: str) -> Question:
        return Question(
            "sales", name, lambda db: SqlSaleQueries(db).list_sales(wanted, page), scans
        )

    return [
        q("a page of sales", SaleFilter(), _PAGE),
        q("the next page of sales", SaleFilter(), _LATER),
        q("sales of a day", SaleFilter(period=_DAY), PageRequest()),
        q("sales of a product", SaleFilter(product_id=ProductId(7)), _PAGE),
        q("sales of an operator", SaleFilter(operator_id=UserId(7)), _PAGE),
        q("all sales", SaleFilter(), PageRequest(), sale=EVERYTHING),
        Question(
            "sales",
            "a sale to cancel, held",
            _writing(lambda uow: uow.sales.get_for_update(SaleId(7))),
        ),
        Question(
            "sales", "keys used before", _writing(lambda uow: uow.hold_for_sales(_SALES_NEED))
        ),
    ]


def _of_orders() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("orders", name, ask, scans)

    ready = OrderFilter(status=OrderStatus.PREPARING)
    numbers = [OrderId(A_YEAR + 7), OrderId(A_YEAR + 11)]
    return [
        q("a page of orders", lambda db: SqlOrderQueries(db).list_orders(OrderFilter(), _PAGE)),
        q(
            "the next page of orders",
            lambda db: SqlOrderQueries(db).list_orders(OrderFilter(), _LATER),
        ),
        q(
            "orders of a day",
            lambda db: SqlOrderQueries(db).list_orders(OrderFilter(period=_DAY), PageRequest()),
        ),
        q("orders in preparation", lambda db: SqlOrderQueries(db).list_orders(ready, _PAGE)),
        q(
            "orders of a client",
            lambda db: SqlOrderQueries(db).list_orders(OrderFilter(client_id=ClientId(7)), _PAGE),
        ),
        q("one order", lambda db: SqlOrderQueries(db).get(OrderId(7))),
        q(
            "a page of fiscal documents",
            lambda db: SqlOrderQueries(db).list_fiscal(FiscalFilter(), _PAGE),
        ),
        q(
            "rejected fiscal documents",
            lambda db: SqlOrderQueries(db).list_fiscal(
                FiscalFilter(status=FiscalStatus.REJECTED), _LATER
            ),
        ),
        q("an order to change, held", _writing(lambda uow: uow.orders.get_for_update(OrderId(7)))),
        q(
            "the products of an order",
            _writing(lambda uow: uow.orders.get_product_ids(OrderId(7))),
        ),
        q("keys used before", _writing(lambda uow: uow.hold_for_orders(_ORDERS_NEED))),
        q(
            "numbers called out, held",
            _writing(lambda uow: uow.order_numbers.hold_waiting(numbers)),
        ),
        q("numbers used", _writing(lambda uow: uow.order_numbers.use(numbers))),
        q(
            "a fiscal document, held",
            _writing(lambda uow: uow.fiscal_documents.find_for_update("uuid-7")),
        ),
        q(
            "the fiscal documents of an order",
            _writing(lambda uow: uow.fiscal_documents.find_all_of(OrderId(7))),
        ),
    ]


def _of_clients() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("clients", name, ask, scans)

    seven = ClientId(7)
    name, ends, cpf = (ClientSearch.of(text) for text in ("ente 12", "1234", "000.000.000-07"))
    return [
        q("a page of clients", lambda db: SqlClientQueries(db).list(_PAGE)),
        q("the next page of clients", lambda db: SqlClientQueries(db).list(_NEXT)),
        q("all clients", lambda db: SqlClientQueries(db).list(PageRequest()), client=EVERYTHING),
        q(
            "clients by part of the name",
            lambda db: SqlClientQueries(db).search(name, _PAGE),
            client=PARTS_OF_NAMES,
        ),
        q(
            "clients by the end of a number",
            lambda db: SqlClientQueries(db).search(ends, _PAGE),
            client=PARTS_OF_NAMES,
        ),
        q(
            "clients by CPF, as typed",
            lambda db: SqlClientQueries(db).search(cpf, _PAGE),
            client=PARTS_OF_NAMES,
        ),
        q("a client's card", lambda db: SqlClientQueries(db).find(seven)),
        q("a client by CPF", lambda db: SqlClientQueries(db).find_by_cpf(Cpf("00000000007"))),
        q("a client's history", lambda db: SqlClientQueries(db).find_history(seven)),
        q("a client to change, held", _writing(lambda uow: uow.clients.get_for_update(seven))),
        q(
            "clients of a purchase, held",
            _writing(lambda uow: uow.clients.hold_known([seven, ClientId(9)])),
        ),
        q("whether a client has history", _writing(lambda uow: uow.clients.has_history(seven))),
    ]


def _of_users() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("users", name, ask, scans)

    seven = UserId(7)
    return [
        q("a page of users", lambda db: SqlUserQueries(db).list_page(_PAGE)),
        q(
            "an account at sign-in",
            lambda db: SqlUserQueries(db).find_account_by_username("pessoa7"),
        ),
        q("a token's standing", lambda db: SqlUserQueries(db).find_standing(seven)),
        q("whether there is any user", lambda db: SqlUserQueries(db).has_any_user()),
        q("an account to change, held", _writing(lambda uow: uow.users.get_for_update(seven))),
        q(
            "the other administrators",
            _writing(lambda uow: uow.users.count_administrators_for_update(besides=seven)),
            user_account=FEW_USERS,
        ),
        q(
            "a token ended",
            _writing(
                lambda uow: uow.ended_tokens.add(
                    TokenId("token-7"), user_id=seven, expires_at=at(1)
                )
            ),
        ),
        q("old tokens forgotten", _writing(lambda uow: uow.ended_tokens.purge(before=at(20)))),
    ]


def _of_the_stream() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("stream", name, ask, scans)

    return [
        q("position", lambda db: SqlEventStream(db).position()),
        q("floor", lambda db: SqlEventStream(db).floor()),
        q("next events", lambda db: SqlEventStream(db).read(9_000, limit=500)),
        q("next events, all of them", lambda db: SqlEventStream(db).read(0, limit=A_YEAR)),
        q(
            "events of some topics",
            lambda db: SqlEventStream(db).read(1_000, topics=["kitchen", "user"], limit=1_000),
        ),
        q("waiting since", lambda db: SqlRelay(db).waiting_since()),
        q("places given", lambda db: SqlRelay(db).advance()),
        q("nothing waits", lambda db: SqlRelay(db).advance()),
        q("old events forgotten", lambda db: SqlRelay(db).forget(before=at(50), keep=A_YEAR)),
    ]


def _shared() -> list[Question]:
    def q(name: str, ask: Ask, **scans: str) -> Question:
        return Question("shared", name, ask, scans)

    return [
        q(
            "parameters",
            lambda db: SqlParameterQueries(db).list_all(),
            parameter=FEW_PARAMETERS,
        ),
        q(
            "parameters to change, held",
            _writing(lambda uow: uow.parameters.get_all_for_update()),
            parameter=FEW_PARAMETERS,
        ),
        q("keys claimed", _writing(lambda uow: uow.operations.claim(_OPERATIONS, at(9_000)))),
        q(
            "answers kept",
            _writing(lambda uow: uow.operations.settle([(_OPERATIONS[0], _ANSWER)])),
        ),
        q("old answers forgotten", lambda db: SqlKeptAnswers(db).forget(before=at(5))),
        q("numbers reserved", lambda db: SqlNumbers(db, "sale").take()),
    ]
