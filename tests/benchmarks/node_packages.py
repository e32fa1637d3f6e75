"""The peers' packages, fetched into folders outside the repository."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.processes import BenchmarkError
from tests.support.debian_packages import CACHE


def prepared(source: Path) -> Path:
    """Return the folder with a peer and its packages, fetched once for each list of them.

    Raises:
        BenchmarkError: there is no Node here, or the packages cannot be fetched.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise BenchmarkError(f"the peer runs on Node: install it, there is no {program} here")
    folder = _folder_of(source)
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.suffix in {".js", ".json"}:
            shutil.copy(file, folder)
    wanted = hashlib.sha256((source / "package.json").read_bytes()).hexdigest()
    stamp = folder / "filled-from"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        _install(folder)
        stamp.write_text(wanted, encoding="ascii")
    return folder


def _install(folder: Path) -> None:
    quietly = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(
        ["npm", "install", *quietly], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(f"npm could not fetch the peer's packages: {done.stderr.strip()}")


def versions(source: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the versions of Node and of some packages of a peer that was prepared."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    found = {"Node": node.stdout.strip().removeprefix("v")}
    for name in names:
        about = _folder_of(source) / "node_modules" / name / "package.json"
        found[name] = str(json.loads(about.read_text(encoding="utf-8"))["version"])
    return found


def _folder_of(source: Path) -> Path:
    return CACHE / "bench" / source.name
