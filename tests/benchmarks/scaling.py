"""Whether an order stays as cheap: with more processes, more orders in the books, more products."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe

from tests.benchmarks import own_process, past_orders
from tests.benchmarks.books import check_ours
from tests.benchmarks.databases import Servers, connected, our_books, questions_to
from tests.benchmarks.figures import Round, Spread, cpu_ms, middle_ms, rates, ratios
from tests.benchmarks.load import Caller, call
from tests.benchmarks.processes import (
    BenchmarkError,
    Served,
    cpu_seconds,
    memory_mb,
    wait_until_idle,
)
from tests.benchmarks.running import Pace, rounds_of
from tests.benchmarks.scenarios import Scenario
from tests.benchmarks.world import signed_in
from tests.support.own_server import OwnServer

SHOP = 5_000
BOOKS = "orders in the books"
PROCESSES = (1, 2, 4)
PRODUCTS = (500, 5_000, 100_000)
FEWEST_ORDERS = 10_000
BUFFER_POOL = 4 * 2**30
"""Of the database: all that an order touches fits into memory, or the disk would be measured."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of ours: how many processes serve it, and how much it has on its shelf and books."""

    name: str
    processes: int = 1
    products: int = SHOP
    orders: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """What 64 clients' orders came to in one of the shops, against the first of its row."""

    name: str
    rate: Spread
    ratio: Spread
    p50_ms: float | None
    p99_ms: float | None
    cpu_ms: float
    """Of our server, for each order."""
    database_cpu_ms: float
    megabytes: float

    @property
    def cost_ms(self) -> float:
        """What an order takes of the processors, of ours and of the database's time."""
        return self.cpu_ms + self.database_cpu_ms


@dataclass(slots=True)
class _Shops:
    """Shops of ours beside one another, each with a server of its own."""

    database: OwnServer
    served: dict[str, Served]
    callers: dict[str, Caller]

    def contenders(self, scenario: Scenario) -> list[str]:
        """Return all of them."""
        return list(self.served)

    def run(self, name: str, scenario: Scenario, seconds: int) -> Round:
        """Let the clients of one shop order for some seconds."""
        self.served[name].check()
        wait_until_idle([one.pid for one in self.served.values()])
        pids = {"ours": self.served[name].pid, "database": self.database.pid}
        before = {who: cpu_seconds(pid) for who, pid in pids.items()}
        done = call(self.callers[name], scenario, seconds)
        took = {who: cpu_seconds(pid) - before[who] for who, pid in pids.items()}
        return replace(done, cpu_seconds=took)


def rows(orders: int) -> dict[str, tuple[Shop, ...]]:
    """Return what is compared with what; `orders` is how many the fullest books hold."""
    counts = [FEWEST_ORDERS, orders // 10, orders]
    return {
        "processes": tuple(
            Shop(f"{n} process{'es' if n > 1 else ''}", processes=n) for n in PROCESSES
        ),
        BOOKS: tuple(Shop(f"{n} orders", orders=n) for n in sorted({*counts})),
        "products": tuple(Shop(f"{n} products", products=n) for n in PRODUCTS),
    }


def measured(shops: tuple[Shop, ...], servers: Servers, pace: Pace, logs: Path) -> list[Point]:
    """Measure 64 clients' orders in each shop, in alternating rounds."""
    scenario = Scenario("order", 64, min(shop.products for shop in shops))
    with _opened(shops, servers, logs) as beside:
        rounds = rounds_of(beside, scenario, pace)
        if any(one.bad for several in rounds.values() for one in several):
            raise BenchmarkError(f"{scenario}: there were bad replies")
        base = rounds[shops[0].name]
        return [
            Point(
                shop.name,
                rates(rounds[shop.name]),
                ratios(rounds[shop.name], base),
                middle_ms(rounds[shop.name], 50),
                middle_ms(rounds[shop.name], 99),
                cpu_ms(rounds[shop.name], "ours"),
                cpu_ms(rounds[shop.name], "database"),
                memory_mb(beside.served[shop.name].pid),
            )
            for shop in shops
        ]


@contextmanager
def _opened(shops: tuple[Shop, ...], servers: Servers, logs: Path) -> Iterator[_Shops]:
    database = servers.of("mariadb")
    database.server.execute(f"SET GLOBAL innodb_buffer_pool_size = {BUFFER_POOL}")
    urls: dict[str, str] = {}
    with ExitStack() as stack:
        beside = _Shops(database, {}, {})
        for number, shop in enumerate(shops):
            url = urls[shop.name] = stack.enter_context(our_books(database.server, shop.products))
            if shop.orders:
                past_orders.fill(url, 1, shop.orders, shop.products)
                _count_on_from(url, shop.orders + 1)
            log = logs / f"ours-{number}.log"
            beside.served[shop.name] = stack.enter_context(
                own_process.running(url, token_urlsafe(48), log, processes=shop.processes)
            )
            beside.callers[shop.name] = signed_in(beside.served[shop.name].url)
        yield beside
        for url in urls.values():
            check_ours(questions_to(url))


def _count_on_from(url: str, number: int) -> None:
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO number_sequence VALUES ('order', %s)", (number,))
        connection.commit()


def dearer_by(points: list[Point]) -> float:
    """Return by which share an order of the last shop costs more than one of the first."""
    return points[-1].cost_ms / points[0].cost_ms - 1


def told(name: str, points: list[Point]) -> Iterator[str]:
    """Give the lines of a row, as a terminal shows them."""
    yield name
    for point in points:
        yield (
            f"  {point.name:<18} {point.rate.middle:>7.0f}/s {point.ratio.middle:>6.2f} times"
            f" ({point.ratio.least:.2f}-{point.ratio.most:.2f})"
            f"  p50/p99 {point.p50_ms or 0:.1f}/{point.p99_ms or 0:.1f} ms"
            f"  CPU {point.cpu_ms:.3f} ms each, of the database {point.database_cpu_ms:.3f}"
            f"  {point.megabytes:.0f} MB"
        )
