"""How soon every screen hears of a sale, what an idle screen costs, and how fast they come in."""

import json
import resource
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from statistics import mean

from tests.benchmarks import own_process, ws_peer
from tests.benchmarks.books import Answered, check_ours
from tests.benchmarks.databases import Servers, name_of, our_books, questions_to
from tests.benchmarks.goals import OURS, PEER
from tests.benchmarks.processes import (
    BenchmarkError,
    Served,
    cpu_seconds,
    memory_mb,
    wait_until_idle,
)
from tests.benchmarks.realtime_figures import Crowd, FanOut, FanOutRound, Opening, Openings
from tests.benchmarks.running import Pace
from tests.benchmarks.screen_load import Heard, Screens, screens_at
from tests.benchmarks.shop import PASSWORD
from tests.support.own_server import OwnServer

CROWDS = (Crowd(100, 20), Crowd(1_000, 5, has_goal=True), Crowd(3_000, 1))
IDLE_SCREENS = 1_000
SHOP = 1_000
"""Products: each sale of a round sells another one, by which its event is known."""
USERS = 100
SETTINGS = {
    "SOCKET_CONNECTIONS": "10000",
    "SOCKET_CONNECTIONS_PER_USER": "1000",
    "SOCKET_CONNECTIONS_PER_ADDRESS": "10000",
    "SOCKET_OPENINGS": "100000",
}
"""All screens are at one address here, and come all at once."""
_WARM_SCREENS, _WARM_SALES = 50, 50
_FILES_BESIDE_SCREENS = 500


@dataclass(slots=True)
class Place:
    """Where both sides keep their books, and who signs in to both: the tokens are the same."""

    database: OwnServer
    urls: dict[str, str]
    logs: Path
    secret: str = field(default_factory=lambda: token_urlsafe(48))
    tokens: Sequence[str] = ()
    sold: dict[str, int] = field(default_factory=lambda: {PEER: 0, OURS: 0})

    def serve(self, side: str) -> AbstractContextManager[Served]:
        """Give a new server of the side while the block lasts."""
        log = self.logs / f"{side}.log"
        if side == OURS:
            return own_process.running(self.urls[OURS], self.secret, log, more_settings=SETTINGS)
        return ws_peer.running(self.database.server, name_of(self.urls[PEER]), self.secret, log)

    def screens_at(self, served: Served) -> AbstractContextManager[Screens]:
        """Give screens of the server while the block lasts."""
        return screens_at(served, self.tokens, SHOP)

    def warm_up(self, side: str, screens: Screens) -> None:
        """Sell until a new server has everything at hand."""
        self.sold[side] += screens.sell(_WARM_SALES, _WARM_SALES).sales

    def check_books(self) -> None:
        """See that the books hold every sale, once.

        Raises:
            BenchmarkError: they do not.
        """
        check_ours(questions_to(self.urls[OURS]), Answered(sales=self.sold[OURS]))
        (rows,) = questions_to(self.urls[PEER])("SELECT COUNT(*) FROM eventos_outbox")[0]
        if rows != self.sold[PEER]:
            raise BenchmarkError(f"the peer has {rows} events of {self.sold[PEER]} sales")


@contextmanager
def place(servers: Servers, logs: Path, most_screens: int) -> Iterator[Place]:
    """Give books for both sides while the block lasts; then see that nothing is missing there.

    Raises:
        BenchmarkError: so many screens cannot be opened here, or something is missing.
    """
    _raise_file_limit(most_screens + _FILES_BESIDE_SCREENS)
    database = servers.of("mariadb")
    with our_books(database.server, SHOP) as ours, ws_peer.books(database.server) as peers:
        found = Place(database, {PEER: peers, OURS: ours}, logs)
        with found.serve(OURS) as served:
            found.tokens = [_token_of(served.url, number) for number in range(1, USERS + 1)]
        yield found
        found.check_books()


def openings(where: Place, pace: Pace) -> Openings:
    """Let many screens come to new servers: for their memory when idle, and then for the time."""
    rounds: dict[str, list[Opening]] = {PEER: [], OURS: []}
    for number in range(pace.rounds):
        for side in _in_turn(number):
            rounds[side].append(_opening(where, side))
    return Openings(IDLE_SCREENS, rounds)


def fan_out(where: Place, crowd: Crowd, pace: Pace) -> FanOut:
    """Sell while the screens of both sides are open; one side is at work at a time."""
    rounds: dict[str, list[FanOutRound]] = {PEER: [], OURS: []}
    with ExitStack() as stack:
        sides = {side: stack.enter_context(_side(where, side, crowd)) for side in rounds}
        for side in sides.values():
            where.warm_up(side.name, side.screens)
            side.sell_without_screens(pace.seconds)
            _ = side.screens.open(crowd.screens)
            _ = side.sell(pace.warm_up_seconds)
        for number in range(pace.rounds):
            for name in _in_turn(number):
                rounds[name].append(sides[name].round(pace.seconds))
        for side in sides.values():
            side.screens.close()
            side.sell_without_screens(pace.seconds)
        bare = {name: mean(side.bare_cpu_seconds) for name, side in sides.items()}
    return FanOut(crowd, rounds, bare)


@dataclass(slots=True)
class _Side:
    """A server, the screens that are at it, and the sales that they hear of."""

    where: Place
    name: str
    crowd: Crowd
    served: Served
    screens: Screens
    bare_cpu_seconds: list[float] = field(default_factory=list)
    """What the server took for as many sales as there are in a round, each time no screen was."""

    def sell(self, seconds: int) -> tuple[Heard, dict[str, float]]:
        """Sell for so long; return what was heard, and what each process took."""
        database = self.where.database.pid
        pids = {"server": self.served.pid, "database": database, "load": self.screens.pid}
        wait_until_idle([self.served.pid])
        before = {who: cpu_seconds(pid) for who, pid in pids.items()}
        per_second = self.crowd.per_second
        heard = self.screens.sell(max(1, round(per_second * seconds)), per_second)
        self.where.sold[self.name] += heard.sales
        return heard, {who: cpu_seconds(pid) - before[who] for who, pid in pids.items()}

    def round(self, seconds: int) -> FanOutRound:
        """Sell for so long, as one round."""
        heard, took = self.sell(seconds)
        return FanOutRound(**asdict(heard), cpu_seconds=took)

    def sell_without_screens(self, seconds: int) -> None:
        """See what the sales alone take."""
        self.bare_cpu_seconds.append(self.sell(seconds)[1]["server"])


@contextmanager
def _side(where: Place, name: str, crowd: Crowd) -> Iterator[_Side]:
    with where.serve(name) as served, where.screens_at(served) as screens:
        yield _Side(where, name, crowd, served, screens)


def _opening(where: Place, side: str) -> Opening:
    with where.serve(side) as served, where.screens_at(served) as screens:
        # What a server needs for the first of them is no cost of each.
        _ = screens.open(_WARM_SCREENS)
        where.warm_up(side, screens)
        screens.close()
        wait_until_idle([served.pid])
        before = memory_mb(served.pid)
        _ = screens.open(IDLE_SCREENS)
        wait_until_idle([served.pid])
        kb_each = 1_024 * (memory_mb(served.pid) - before) / IDLE_SCREENS
        screens.close()
        wait_until_idle([served.pid])
        per_second = screens.open(IDLE_SCREENS)
        screens.close()
        return Opening(kb_each, per_second)


def _in_turn(number: int) -> tuple[str, str]:
    return (PEER, OURS) if number % 2 == 0 else (OURS, PEER)


def _token_of(url: str, number: int) -> str:
    body = json.dumps({"usuario": f"user{number}", "senha": PASSWORD}).encode()
    request = urllib.request.Request(
        f"{url}/api/auth/login", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return str(json.load(reply)["token"])


def _raise_file_limit(files: int) -> None:
    """Let this process, and so those it starts, have so many files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < files:
        raise BenchmarkError(f"a process may have {hard} files open here: {files} are needed")
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
