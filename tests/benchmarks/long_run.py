"""Whether one process holds no more memory after a million orders than when it was warm."""

import time
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from tests.benchmarks import own_process
from tests.benchmarks.books import Answered, check_ours
from tests.benchmarks.databases import Servers, our_books, questions_to
from tests.benchmarks.figures import swing
from tests.benchmarks.load import call
from tests.benchmarks.processes import BenchmarkError, memory_mb
from tests.benchmarks.scaling import BUFFER_POOL, SHOP
from tests.benchmarks.scenarios import Scenario
from tests.benchmarks.world import signed_in

WARM_AFTER = 0.2
"""Which share of the orders warms the process up."""
_AT_A_TIME_S = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process held after so many orders."""

    orders: int
    seconds: float
    megabytes: float


def sampled(orders: int, servers: Servers, logs: Path) -> list[Sample]:
    """Place the orders as fast as they are taken, and look at the memory every few seconds."""
    scenario = Scenario("order", 64, SHOP)
    database = servers.of("mariadb").server
    database.execute(f"SET GLOBAL innodb_buffer_pool_size = {BUFFER_POOL}")
    with our_books(database, SHOP) as url:
        with own_process.running(url, token_urlsafe(48), logs / "ours.log") as ours:
            caller, begin, placed, rounds = signed_in(ours.url), time.monotonic(), 0, 0
            samples = [Sample(0, 0.0, memory_mb(ours.pid))]
            while placed < orders:
                ours.check()
                done = call(caller, scenario, _AT_A_TIME_S)
                if done.bad or not done.requests:
                    raise BenchmarkError(f"{done.bad} bad replies after {placed} orders")
                placed, rounds = placed + done.requests, rounds + 1
                now = time.monotonic() - begin
                samples.append(Sample(placed, round(now, 1), memory_mb(ours.pid)))
                print(f"  {placed:>9} orders, {now:>6.0f} s: {samples[-1].megabytes:.1f} MB")
        check_ours(questions_to(url), Answered(orders=placed, more=rounds * scenario.clients))
    return samples


def swing_when_warm(samples: list[Sample]) -> float:
    """Return how far the memory moved around its middle once the process was warm."""
    last = samples[-1].orders
    warm = [one.megabytes for one in samples if one.orders >= WARM_AFTER * last]
    return swing(warm)
