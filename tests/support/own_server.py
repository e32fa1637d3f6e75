"""A server process of the tests: new data, a free port, and an end whatever happens to the run."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pymysql

from tests.support.database_server import DatabaseServer, Kind
from tests.support.debian_servers import ServerNotToBeHad

_SECONDS_TO_START = 90
_TRIES_FOR_A_FREE_PORT = 3
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


class OwnServer:
    """A server process of ours: it can be killed, and started again on the same data and port."""

    def __init__(
        self, kind: Kind, program: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._kind = kind
        self._environment = environment
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
                env=self._environment,
                start_new_session=True,
            )
        (self._folder / "pid").write_text(str(self._process.pid), encoding="ascii")

    def _command(self) -> list[str]:
        # Both servers refuse to run as root unless told so by name.
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        # The common folder for temporary files is others' too, and their files have the same names.
        own_files = f"--tmpdir={self._folder}"
        return [str(self._program), "--no-defaults", own_files, *as_root]

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
