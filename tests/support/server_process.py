"""The real server in a process of its own: started, killed, stopped and started again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 60.0


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class ServerProcess:
    """`cashhaven serve` on a free loopback port, with settings of its own."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        embedded = f"sqlite:///{folder / 'cashhaven.db'}"
        self.database_url = settings.get("DATABASE_URL", embedded)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DB_")},
            "PYTHONUNBUFFERED": "1",
            "CASHHAVEN_DATA_DIR": str(folder),
            "MIGRATE_ON_START": "1",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self._process = self._launch()
        async with asyncio.timeout(START_WITHIN_S), httpx.AsyncClient() as client:
            while True:
                if self._process.poll() is not None:
                    raise AssertionError(f"the server ended: {self.said()}")
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "cashhaven_app", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    async def stop(self, within_s: float = 30.0) -> int:
        """Ask it to end (SIGTERM) and return its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self._process.wait, within_s)

    def run_command(self, *words: str) -> None:
        """Run a command of the program with the settings of the server."""
        subprocess.run(
            [sys.executable, "-m", "cashhaven_app", *words],
            cwd=ROOT,
            env=self._environment,
            check=True,
            capture_output=True,
        )

    def said(self) -> str:
        """Return the end of what it wrote."""
        return self.log.read_text(errors="replace")[-4000:]
