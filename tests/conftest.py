"""What every test may ask for: its engines, the real servers, and no way out of this machine."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.chromium import BrowserNotToBeHad, find_chromium
from tests.support.database_server import KINDS, DatabaseServer, Kind, server_at
from tests.support.debian_servers import ServerNotToBeHad
from tests.support.network import stay_on_loopback
from tests.support.own_server import OwnServer
from tests.support.servers import own_server, running_server

ENGINES = ("memory", "sqlite", *KINDS)
_ENGINES_OF_FIXTURES = {
    "engine": ENGINES,
    "sql_engine": ENGINES[1:],
    "server_engine": KINDS,
}
# The servers are started once, by the process that hands the tests out, and told to its workers.
_RUNNING = "CASHHAVEN_TEST_RUNNING_"
_servers = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engines",
        default=os.environ.get("CASHHAVEN_TEST_ENGINES", "memory,sqlite"),
        help=f"where the contracts run, with commas: {','.join(ENGINES)} (default: memory,sqlite)",
    )
    parser.addoption(
        "--browser",
        action="store_true",
        help="run what needs a Chromium too, which is fetched when there is none",
    )


def pytest_configure(config: pytest.Config) -> None:
    chosen = _chosen(config)
    unknown = set(chosen) - set(ENGINES)
    if unknown:
        raise pytest.UsageError(f"--engines: there is no {', '.join(sorted(unknown))}")
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        try:
            _start_servers([kind for kind in KINDS if kind in chosen])
            if config.getoption("--browser"):
                find_chromium()
        except (ServerNotToBeHad, BrowserNotToBeHad) as error:
            raise pytest.UsageError(str(error)) from error
    addresses = [os.environ.get(_RUNNING + kind.upper(), "") for kind in KINDS]
    stay_on_loopback(also=[urlsplit(address).hostname or "" for address in addresses])


def pytest_unconfigure() -> None:
    _servers.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = _chosen(metafunc.config)
    for name, engines in _ENGINES_OF_FIXTURES.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(
                name,
                [_with_marker(engine) for engine in engines if engine in chosen],
                indirect=True,
                scope="session",
            )


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the chosen engines in turn: memory, sqlite, mariadb, mysql."""
    return str(request.param)


@pytest.fixture(scope="session")
def sql_engine(request: pytest.FixtureRequest) -> str:
    """Each of the chosen engines that speak SQL: sqlite, mariadb, mysql."""
    return str(request.param)


@pytest.fixture(scope="session")
def server_engine(request: pytest.FixtureRequest) -> str:
    """Each of the chosen engines that are servers: mariadb, mysql."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_server(server_engine: Kind) -> DatabaseServer:
    """The shared server of each chosen kind in turn."""
    return _shared(server_engine)


@pytest.fixture(scope="session")
def mariadb_server() -> DatabaseServer:
    """The MariaDB server that all tests share."""
    return _shared("mariadb")


@pytest.fixture(scope="session")
def mysql_server() -> DatabaseServer:
    """The MySQL server that all tests share."""
    return _shared("mysql")


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Path:
    """The program of a browser without a screen."""
    if not request.config.getoption("--browser"):
        pytest.skip("no browser was asked for: --browser")
    return find_chromium()


@pytest.fixture
def own_mariadb_server(mariadb_server: DatabaseServer) -> Iterator[OwnServer]:
    """A MariaDB process of this test alone, to be killed and restarted."""
    with own_server(mariadb_server.kind) as server:
        yield server


@pytest.fixture
def own_mysql_server(mysql_server: DatabaseServer) -> Iterator[OwnServer]:
    """A MySQL process of this test alone, to be killed and restarted."""
    with own_server(mysql_server.kind) as server:
        yield server


def _chosen(config: pytest.Config) -> list[str]:
    return [name.strip() for name in str(config.getoption("--engines")).split(",") if name.strip()]


def _with_marker(engine: str) -> object:
    return pytest.param(engine, marks=getattr(pytest.mark, engine) if engine in KINDS else ())


def _start_servers(kinds: list[Kind]) -> None:
    for kind in kinds:
        server = _servers.enter_context(running_server(kind))
        os.environ[_RUNNING + kind.upper()] = server.url


def _shared(kind: Kind) -> DatabaseServer:
    address = os.environ.get(_RUNNING + kind.upper())
    if address is None:
        pytest.skip(f"{kind} was not asked for: --engines {kind}")
    return server_at(kind, address)
