"""The peer: its packages fetched into a folder outside the repository, and its process."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.processes import BenchmarkError, Served, free_port, served
from tests.support.database_server import DatabaseServer
from tests.support.debian_packages import CACHE

SOURCE = Path(__file__).with_name("peer_express")
SCHEMA = (SOURCE / "schema.sql").read_text(encoding="utf-8")
_FOLDER = CACHE / "bench" / "peer_express"


def prepared() -> Path:
    """Return the folder with the peer and its packages, fetched once for each list of them.

    Raises:
        BenchmarkError: there is no Node here, or its packages cannot be fetched.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise BenchmarkError(f"the peer runs on Node: install it, there is no {program} here")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for file in SOURCE.iterdir():
        if file.suffix in {".js", ".json"}:
            shutil.copy(file, _FOLDER)
    wanted = hashlib.sha256((SOURCE / "package.json").read_bytes()).hexdigest()
    stamp = _FOLDER / "filled-from"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        _install()
        stamp.write_text(wanted, encoding="ascii")
    return _FOLDER


def _install() -> None:
    quietly = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(
        ["npm", "install", *quietly], cwd=_FOLDER, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(f"npm could not fetch the peer's packages: {done.stderr.strip()}")


def versions() -> dict[str, str]:
    """Return the versions of Node and of what the peer stands on."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    found = {"Node": node.stdout.strip().removeprefix("v")}
    for name in ("express", "mysql2"):
        about = (_FOLDER / "node_modules" / name / "package.json").read_text(encoding="utf-8")
        found[name] = str(json.loads(about)["version"])
    return found


@contextmanager
def running(server: DatabaseServer, database: str, secret: str, log: Path) -> Iterator[Served]:
    """Give the running peer while the block lasts: one process, ten connections."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "PORT": str(port),
        "JWT_SECRET": secret,
        "DB_HOST": server.host,
        "DB_PORT": str(server.port),
        "DB_USER": server.user,
        "DB_PASSWORD": server.password,
        "DB_NAME": database,
    }
    with served(
        ["node", "server.js"], folder=prepared(), environment=environment, url=url, log=log
    ) as peer:
        yield peer
