"""A new shop with both servers running on it, and the rounds that they are sent."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks import express_peer, own_process
from tests.benchmarks.books import Answered, check_ours, check_peer
from tests.benchmarks.database_limit import GROUPS, measure
from tests.benchmarks.databases import (
    Servers,
    name_of,
    our_books,
    our_file,
    peers_books,
    questions_to,
)
from tests.benchmarks.figures import Round
from tests.benchmarks.goals import OURS, PEER
from tests.benchmarks.load import Caller, call
from tests.benchmarks.processes import (
    BenchmarkError,
    Served,
    cpu_seconds,
    memory_mb,
    wait_until_idle,
)
from tests.benchmarks.scenarios import Scenario, Stage
from tests.benchmarks.shop import PASSWORD
from tests.support.own_server import OwnServer

LISTS = {"stock", "stock-etag", "search"}


@dataclass(slots=True)
class World:
    """Two servers, each on a database with the same shop, and a third one for the limit."""

    database: OwnServer
    urls: dict[str, str]
    """The books of each side; those of the limit, where it is measured."""
    served: dict[str, Served]
    callers: dict[str, Caller]
    answered: dict[str, Answered] = field(default_factory=dict)

    def contenders(self, scenario: Scenario) -> list[str]:
        """Return who takes part in the rounds of a scenario."""
        limited = "limit" in self.urls and scenario.work == "order" and scenario.clients == 64
        return [PEER, OURS, *(GROUPS if limited else ())]

    def run(self, name: str, scenario: Scenario, seconds: int) -> Round:
        """Let one contender work for some seconds, alone."""
        for one in self.served.values():
            one.check()
        watched = {who: one.pid for who, one in self.served.items()}
        watched["database"] = self.database.pid
        wait_until_idle([one.pid for one in self.served.values()])
        before = {who: cpu_seconds(pid) for who, pid in watched.items()}
        if name in GROUPS:
            place = self.database.server, name_of(self.urls["limit"])
            done = measure(*place, name, scenario.products, seconds)
        else:
            done = call(self.callers[name], scenario, seconds)
            self._count(name, scenario, done)
        took = {who: cpu_seconds(pid) - before[who] for who, pid in watched.items()}
        return replace(done, cpu_seconds={**done.cpu_seconds, **took})

    def agree(self, scenario: Scenario) -> None:
        """See that both sides give the same rows before their speeds are compared.

        Raises:
            BenchmarkError: they do not.
        """
        if scenario.work not in LISTS:
            return
        query = f"?nome={scenario.term}" if scenario.term else ""
        rows = {
            name: len(asked(caller, scenario.path + query)["data"])
            for name, caller in self.callers.items()
        }
        if len(set(rows.values())) != 1:
            raise BenchmarkError(f"{scenario}: the sides give other rows: {rows}")
        if scenario.work == "stock-etag":
            for name, caller in self.callers.items():
                if not unchanged(caller, scenario.path):
                    raise BenchmarkError(f"{scenario}: {name} says that the list has changed")

    def check_books(self) -> None:
        """See that the books balance, and hold what was answered.

        Raises:
            BenchmarkError: they do not.
        """
        check_ours(questions_to(self.urls[OURS]), self.answered.get(OURS, Answered()))
        check_peer(questions_to(self.urls[PEER]), self.answered.get(PEER, Answered()))
        if "limit" in self.urls:
            check_ours(questions_to(self.urls["limit"]))

    def memory_mb(self) -> float:
        """Return what our server holds in memory now."""
        return memory_mb(self.served[OURS].pid)

    def _count(self, name: str, scenario: Scenario, done: Round) -> None:
        if scenario.writes:
            known = self.answered.get(name, Answered())
            good = done.requests - done.bad
            self.answered[name] = Answered(
                known.orders + (good if scenario.work == "order" else 0),
                known.sales + (good if scenario.work == "sale" else 0),
                known.more + scenario.clients,
            )


@contextmanager
def new_world(stage: Stage, servers: Servers, logs: Path) -> Iterator[World]:
    """Give a new shop with both servers running on it while the block lasts."""
    database = servers.of("mariadb" if stage.engine == "sqlite" else stage.engine)
    server, products, secret = database.server, stage.products, secrets.token_urlsafe(48)
    with ExitStack() as stack:
        if stage.engine == "sqlite":
            folder = Path(stack.enter_context(TemporaryDirectory()))
            urls = {OURS: stack.enter_context(our_file(folder, products))}
        else:
            urls = {OURS: stack.enter_context(our_books(server, products))}
        urls[PEER] = stack.enter_context(peers_books(server, products))
        if stage.limit:
            urls["limit"] = stack.enter_context(our_books(server, products))
        served = {
            OURS: stack.enter_context(own_process.running(urls[OURS], secret, logs / "ours.log")),
            PEER: stack.enter_context(
                express_peer.running(server, name_of(urls[PEER]), secret, logs / "peer.log")
            ),
        }
        callers = {name: signed_in(one.url) for name, one in served.items()}
        yield World(database, urls, served, callers)


def signed_in(url: str) -> Caller:
    """Return a caller with a token, who knows the mark of the list of all products."""
    body = json.dumps({"usuario": "user1", "senha": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{url}/api/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        token = json.load(reply)["token"]
    request = urllib.request.Request(
        f"{url}/api/stock/all",
        headers={"Authorization": f"Bearer {token}", "If-None-Match": '"none"'},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return Caller(url, token, reply.headers["ETag"])


def asked(caller: Caller, path: str) -> Any:
    """Return what the server answers to one question."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    request = urllib.request.Request(caller.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def unchanged(caller: Caller, path: str) -> bool:
    """Whether the server says that what the caller knows is still so."""
    known = {"Authorization": f"Bearer {caller.token}", "If-None-Match": caller.etag or ""}
    try:
        with urllib.request.urlopen(urllib.request.Request(caller.url + path, headers=known)):
            return False
    except urllib.error.HTTPError as error:
        return error.code == 304
