"""What the database itself can do: the statements of groups of orders, sent by a C program."""

import json
import subprocess
from itertools import count
from pathlib import Path

from tests.benchmarks import compiling
from tests.benchmarks.figures import Round
from tests.benchmarks.goals import LARGE_LIMIT, LIMIT
from tests.benchmarks.processes import BenchmarkError
from tests.benchmarks.scenarios import CLIENTS_IN_THE_BOOKS
from tests.support.database_server import DatabaseServer

GROUPS = {LIMIT: 32, LARGE_LIMIT: 128}
CONNECTIONS = 2
_SOURCES = ("limit/limit.c", "limit/connection.c", "limit/connection.h")
_ROOM_FOR_A_ROUND = 1_000_000_000
_rounds = count(1)


def built() -> Path:
    """Return the program, compiled if it was changed since it was compiled.

    Raises:
        BenchmarkError: there is no C compiler here.
    """
    return compiling.built("limit", _SOURCES, ("-pthread",))


def measure(server: DatabaseServer, database: str, name: str, products: int, seconds: int) -> Round:
    """Send groups of orders for some seconds; `name` says how large they are."""
    assert not server.password, "the program knows no passwords"
    numbers = (CONNECTIONS, GROUPS[name], seconds, products, CLIENTS_IN_THE_BOOKS)
    first_order = next(_rounds) * _ROOM_FOR_A_ROUND
    place = (str(server.port), server.user, database)
    done = subprocess.run(
        [str(built()), *place, *map(str, numbers), str(first_order)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchmarkError(f"the database's limit could not be measured: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    return Round(requests=told["orders"], seconds=told["seconds"])
