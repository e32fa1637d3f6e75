"""Real MariaDB and MySQL servers for the tests: on loopback, durable, thrown away afterwards.

A server is looked for in this order: the address or program that `CASHHAVEN_TEST_MARIADB` or
`CASHHAVEN_TEST_MYSQL` names; a program of the host; one that was unpacked under `.cache` before;
on a Debian host, one fetched now (`debian_servers`). Nothing is ever installed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.database_server import DatabaseServer, Kind, server_at
from tests.support.debian_servers import ServerNotToBeHad, unpacked_server
from tests.support.own_server import OwnServer

_FOLDERS_BESIDE_PATH = ("/usr/local/sbin", "/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin")


def find_server(kind: Kind) -> DatabaseServer | Path:
    """Find a running server, or the program that starts one.

    Raises:
        ServerNotToBeHad: there is none and none can be fetched; the text says how to go on.
    """
    given = _given(kind)
    return server_at(kind, given) if "://" in given else find_program(kind)


def find_program(kind: Kind) -> Path:
    """Find the program that starts a server; the address of a running one is passed over.

    Raises:
        ServerNotToBeHad: there is none and none can be fetched; the text says how to go on.
    """
    given = _given(kind)
    if given and "://" not in given:
        if shutil.which(given) is None:
            raise ServerNotToBeHad(f"{_variable(kind)} names no program: {given}")
        return Path(given)
    program = _program_of_the_host(kind)
    if program is not None:
        return program
    try:
        return unpacked_server(kind)
    except ServerNotToBeHad as error:
        raise ServerNotToBeHad(
            f"no {kind} server: {error}. Install one, or name it (its program, or"
            f" mysql://user:password@host:port, which no test may kill) in {_variable(kind)},"
            f" or go on without it: nox -s tests -- --without {kind}"
        ) from error


@contextmanager
def running_server(kind: Kind) -> Iterator[DatabaseServer]:
    """Give a server while the block lasts: the one that was named, or a new one of ours."""
    found = find_server(kind)
    if isinstance(found, DatabaseServer):
        yield found
        return
    own = OwnServer(kind, found)
    try:
        yield own.server
    finally:
        own.stop()


@contextmanager
def own_server(kind: Kind, environment: Mapping[str, str] | None = None) -> Iterator[OwnServer]:
    """Give a new server process that the block may kill and restart.

    `environment` takes the place of our own.

    Raises:
        ServerNotToBeHad: no program is here; a server known by its address is not ours to kill.
    """
    own = OwnServer(kind, find_program(kind), environment)
    try:
        yield own
    finally:
        own.stop()


def _variable(kind: Kind) -> str:
    return f"CASHHAVEN_TEST_{kind.upper()}"


def _given(kind: Kind) -> str:
    return os.environ.get(_variable(kind), "")


def _program_of_the_host(kind: Kind) -> Path | None:
    path = os.pathsep.join((os.environ.get("PATH", ""), *_FOLDERS_BESIDE_PATH))
    for name in ("mariadbd", "mysqld"):
        found = shutil.which(name, path=path)
        if found and _kind_of(found) == kind:
            return Path(found)
    return None


def _kind_of(program: str) -> Kind | None:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    return "mariadb" if "mariadb" in done.stdout.lower() else "mysql"
