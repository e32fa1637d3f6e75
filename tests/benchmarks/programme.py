"""Which stages a run has: the whole of them, the smoke run, or what the command line leaves."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from tests.benchmarks.scenarios import Engine, Scenario, Stage, Work

AT_ONCE = (1, 16, 64)


def whole() -> list[Stage]:
    """Return everything that has a goal, and on MySQL and SQLite the main part of it.

    A stage begins with a new shop, so that no table outgrows the database's memory meanwhile.
    """
    return [
        Stage("mariadb", 5_000, _orders(5_000), limit=True),
        Stage("mariadb", 5_000, _orders(50)),
        Stage("mariadb", 5_000, _sales(5_000)),
        Stage("mariadb", 5_000, _sales(50)),
        Stage("mariadb", 500, (_stock(500), _unchanged(500))),
        Stage("mariadb", 5_000, (_stock(5_000), _unchanged(5_000), *_others())),
        Stage("mariadb", 10_000, (_search(10_000),)),
        Stage("mariadb", 100_000, (_search(100_000),)),
        Stage("slow-disk", 5_000, _main_writes()),
        Stage("mysql", 5_000, (*_main_writes(), _stock(5_000), _client())),
        Stage("sqlite", 5_000, (*_main_writes(), _stock(5_000), _client())),
    ]


def smoke() -> list[Stage]:
    """Return what shows within two minutes that nothing broke."""
    return [
        Stage(
            "mariadb",
            5_000,
            (*_main_writes(), _stock(5_000), _client()),
        ),
        Stage("slow-disk", 5_000, (_order(64, 5_000), _sale(64, 5_000))),
        Stage("mariadb", 10_000, (_search(10_000),)),
    ]


def chosen(
    stages: list[Stage],
    *,
    works: Collection[Work] = (),
    clients: Collection[int] = (),
    products: Collection[int] = (),
    engines: Collection[Engine] = (),
) -> list[Stage]:
    """Return what is left of the stages when only these are wanted; none given means all."""

    def wanted(scenario: Scenario) -> bool:
        return (
            (not works or scenario.work in works)
            and (not clients or scenario.clients in clients)
            and (not products or scenario.products in products)
        )

    left = (
        replace(stage, scenarios=tuple(filter(wanted, stage.scenarios)))
        for stage in stages
        if not engines or stage.engine in engines
    )
    return [stage for stage in left if stage.scenarios]


def _each(make: Callable[[int, int], Scenario], products: int) -> Iterator[Scenario]:
    return (make(clients, products) for clients in AT_ONCE)


def _orders(products: int) -> tuple[Scenario, ...]:
    return tuple(_each(_order, products))


def _sales(products: int) -> tuple[Scenario, ...]:
    return tuple(_each(_sale, products))


def _main_writes() -> tuple[Scenario, ...]:
    return _order(64, 5_000), _order(64, 50), _order(1, 5_000), _sale(64, 5_000)


def _others() -> tuple[Scenario, ...]:
    return _client(), Scenario("login", 16, 5_000), Scenario("health", 16, 5_000)


def _order(clients: int, products: int) -> Scenario:
    goals = {1: (1.3, 0.9), 64: (4.0, 2.0)}
    return Scenario("order", clients, products, *goals.get(clients, ()))


def _sale(clients: int, products: int) -> Scenario:
    return Scenario("sale", clients, products, *((4.0, 2.0) if clients == 64 else ()))


def _stock(products: int) -> Scenario:
    return Scenario("stock", 16, products, 5.0, 3.0)


def _unchanged(products: int) -> Scenario:
    return Scenario("stock-etag", 16, products, 7.0, 3.0)


def _search(products: int) -> Scenario:
    return Scenario("search", 16, products, 5.0, 3.0)


def _client() -> Scenario:
    return Scenario("client", 16, 5_000, 1.0, 0.8)
