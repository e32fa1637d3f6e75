"""Real MariaDB and MySQL servers for the tests: on loopback, durable, thrown away afterwards.

A server is looked for in this order: the address or program that `CASHHAVEN_TEST_MARIADB` or
`CASHHAVEN_TEST_MYSQL` names; a program of the host; one that was unpacked under `.cache` before;
on a Debian host, one fetched now (`debian_servers`). Nothing is ever installed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pymysql

from tests.support.debian_servers import ServerNotToBeHad, unpacked_server

Kind = Literal["mariadb", "mysql"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_SECONDS_TO_START = 90
_TRIES_FOR_A_FREE_PORT = 3
_FOLDERS_BESIDE_PATH = ("/usr/local/sbin", "/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin")
_WATCHDOG = Path(__file__).with_name("server_watchdog.py")

_COMMON_SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-buffer-pool-size=128M",
    "--max-connections=200",
)
_SETTINGS: dict[Kind, tuple[str, ...]] = {
    "mariadb": (),
    "mysql": ("--mysqlx=OFF", "--secure-file-priv=NULL"),
}
# `localhost` means a socket to both servers; the tests come over TCP.
_ROOT_OVER_TCP = """\
CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
"""
_MARIADB_SYSTEM_TABLES = (
    ("mariadb_system_tables.sql", "mysql_system_tables.sql"),
    ("mariadb_performance_tables.sql", "mysql_performance_tables.sql"),
    ("mariadb_system_tables_data.sql", "mysql_system_tables_data.sql"),
)


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server on which tests create and drop databases of their own."""

    kind: Kind
    host: str
    port: int
    user: str = "root"
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The server's address, without a database, as SQLAlchemy writes it."""
        secret = f":{self.password}" if self.password else ""
        return f"mysql+aiomysql://{self.user}{secret}@{self.host}:{self.port}/"

    def create_database(self, name: str | None = None) -> str:
        """Create an empty database and give its address."""
        name = name or f"cashhaven_test_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return f"{self.url}{name}?charset=utf8mb4"

    def drop_database(self, name_or_url: str) -> None:
        """Drop a database, given by its name or by the address from `create_database`."""
        name = urlsplit(name_or_url).path.strip("/")
        self.execute(f"DROP DATABASE IF EXISTS `{name}`")

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement as the server's administrator and give its rows."""
        connection = pymysql.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, autocommit=True
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())


class OwnServer:
    """A server process of ours: it can be killed, and started again on the same data and port."""

    def __init__(self, kind: Kind, program: Path) -> None:
        self._kind = kind
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="cashhaven-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = subprocess.Popen(
            [sys.executable, "-S", str(_WATCHDOG), str(self._folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            self._prepare_data()
            self._start_on_a_free_port()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End the process at once, as a power cut of the program would (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Start again on the same data and port, after `kill`; wait until it answers."""
        assert self._process is not None
        if self._process.poll() is None:
            self.kill()
        self._start(self.server.port)
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End the process and remove its data."""
        if self._process is not None and self._process.poll() is None:
            # Nothing on its disk will be read again.
            self.kill()
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
        self._watchdog.wait(timeout=20)

    def _prepare_data(self) -> None:
        (self._folder / "init.sql").write_text(_ROOT_OVER_TCP, encoding="ascii")
        data = f"--datadir={self._folder / 'data'}"
        (self._folder / "data").mkdir()
        if self._kind == "mysql":
            self._run_to_the_end([data, "--initialize-insecure", *_SETTINGS["mysql"]])
        else:
            self._run_to_the_end([data, "--bootstrap", "--skip-log-bin"], _bootstrap(self._program))

    def _run_to_the_end(self, arguments: list[str], text: str = "") -> None:
        with (self._folder / "log").open("ab") as log:
            done = subprocess.run(
                [*self._command(), *arguments],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=log,
                check=False,
            )
        if done.returncode != 0:
            raise ServerNotToBeHad(
                f"{self._program} could not prepare its data: {self._last_words()}"
            )

    def _start_on_a_free_port(self) -> None:
        for last_try in (False,) * (_TRIES_FOR_A_FREE_PORT - 1) + (True,):
            self._start(_free_port())
            try:
                self._wait_until_it_answers()
            except ServerNotToBeHad:
                if last_try:
                    raise
            else:
                return

    def _start(self, port: int) -> None:
        self.server = DatabaseServer(kind=self._kind, host="127.0.0.1", port=port)
        arguments = (
            f"--datadir={self._folder / 'data'}",
            f"--port={port}",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'own-pid'}",
            f"--init-file={self._folder / 'init.sql'}",
            *_COMMON_SETTINGS,
            *_SETTINGS[self._kind],
        )
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self._folder / "pid").write_text(str(self._process.pid), encoding="ascii")

    def _command(self) -> list[str]:
        # Both servers refuse to run as root unless told so by name.
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        return [str(self._program), "--no-defaults", *as_root]

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        end = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < end and self._process.poll() is None:
            try:
                self.server.execute("SELECT 1")
            except pymysql.err.OperationalError:
                time.sleep(0.1)
            else:
                return
        if self._process.poll() is None:
            self.kill()
        raise ServerNotToBeHad(f"{self._program} did not start: {self._last_words()}")

    def _last_words(self) -> str:
        lines = (self._folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])


def find_server(kind: Kind) -> DatabaseServer | Path:
    """Find a running server, or the program that starts one.

    Raises:
        ServerNotToBeHad: there is none and none can be fetched; the text says how to go on.
    """
    variable = f"CASHHAVEN_TEST_{kind.upper()}"
    given = os.environ.get(variable, "")
    if "://" in given:
        return server_at(kind, given)
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


def server_at(kind: Kind, address: str) -> DatabaseServer:
    """Read the address of a server, of whatever driver."""
    parts = urlsplit(address)
    return DatabaseServer(
        kind=kind,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
    )


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


def _bootstrap(program: Path) -> str:
    """The statements that make MariaDB's own tables, as its installation script feeds them."""
    places = (program.parent / "root" / "usr", program.resolve().parents[1], Path("/usr"))
    shares = [place / "share" / name for place in places for name in ("mysql", "mariadb")]
    texts = ["CREATE DATABASE mysql;", "USE mysql;", "SET @auth_root_socket=NULL;"]
    for names in _MARIADB_SYSTEM_TABLES:
        found = [share / name for share in shares for name in names if (share / name).exists()]
        if not found:
            raise ServerNotToBeHad(f"{program} came without its file {names[0]}")
        texts.append(found[0].read_text(encoding="utf-8"))
    return "\n".join(texts)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
