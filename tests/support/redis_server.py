"""A Redis of a test's own on loopback, to be killed and started again; it keeps nothing.

Its program is looked for in this order: the one that `CASHHAVEN_TEST_REDIS` names; one of the host;
one that was unpacked under `.cache` before; on a Debian host, one fetched now.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.support.debian_packages import PackageNotToBeHad, unpacked_program
from tests.support.server_process import free_port

VARIABLE = "CASHHAVEN_TEST_REDIS"
PASSWORD = "goiabada com queijo"
START_WITHIN_S = 10.0


class RedisNotToBeHad(Exception):
    """There is no Redis and none can be fetched; the text says what to do."""


def find_redis() -> Path:
    """Give the program, fetching it first if there is none.

    Raises:
        RedisNotToBeHad: there is none and none can be fetched.
    """
    names = [os.environ[VARIABLE]] if VARIABLE in os.environ else ["redis-server", "valkey-server"]
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    if VARIABLE in os.environ:
        raise RedisNotToBeHad(f"{VARIABLE} names no program: {names[0]}")
    try:
        return unpacked_program("redis-server", "usr/bin/redis-server")
    except PackageNotToBeHad as error:
        raise RedisNotToBeHad(
            f"no redis-server: {error}. Install one, or name its program in {VARIABLE}"
        ) from error


class RedisServer:
    """One Redis, with a password, always on the same port."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def url(self, password: str = PASSWORD) -> str:
        """Return the address; with another password it lets nobody in."""
        return f"redis://:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        keep_nothing = ("--save", "", "--appendonly", "no", "--dir", "/")
        self._process = subprocess.Popen(
            [
                *(self._program, "--bind", "127.0.0.1", "--port", str(self.port)),
                *("--requirepass", PASSWORD, *keep_nothing),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + START_WITHIN_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            _ = self._process.wait()
            self._process = None
