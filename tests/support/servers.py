"""Real MariaDB and MySQL servers for the tests: on loopback, durable, thrown away afterwards.

A server is looked for in this order: the address or program that `CASHHAVEN_TEST_MARIADB` or
`CASHHAVEN_TEST_MYSQL` names; a program of the host; one that was unpacked under `.cache` before;
on a Debian host, one fetched now (`debian_servers`). Nothing is ever installed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
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
    variable = f"CASHHAVEN_TEST_{kind.upper()}"
    given = os.environ.get(variable, "")
    if "://" in given:
        return server_at(kind, given)
    if given and shutil.which(given) is None:
        raise ServerNotToBeHad(f"{variable} names no program: {given}")
    if given:
        return Path(given)
    program = _program_of_the_host(kind)
    if program is not None:
        return program
    try:
        return unpacked_server(kind)
    except ServerNotToBeHad as error:
        raise ServerNotToBeHad(
            f"no {kind} server: {error}. Install one, or name it (program or mysql://user:password@host:port)"
            f" in {variable}, or go on without it: nox -s tests -- --without {kind}"
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
def own_server(kind: Kind) -> Iterator[OwnServer]:
    """Give a new server process that the block may kill and restart.

    Raises:
        ServerNotToBeHad: only the address of a foreign server is known, which is not ours to kill.
    """
    found = find_server(kind)
    if isinstance(found, DatabaseServer):
        raise ServerNotToBeHad(f"CASHHAVEN_TEST_{kind.upper()} must name a program for this test")
    own = OwnServer(kind, found)
    try:
        yield own
    finally:
        own.stop()


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
