"""Compiling the few things that are written in C."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.processes import BenchmarkError
from tests.support.debian_packages import CACHE

_FOLDER = Path(__file__).parent
_FLAGS = ("-O2", "-Wall", "-Wextra")


def built(
    name: str, sources: Sequence[str], flags: Sequence[str] = (), libraries: Sequence[str] = ()
) -> Path:
    """Return what is made of the sources, compiled if they were changed since it was compiled.

    Raises:
        BenchmarkError: there is no C compiler here.
    """
    made = CACHE / "bench" / name
    files = [_FOLDER / source for source in sources]
    if made.exists() and made.stat().st_mtime > max(file.stat().st_mtime for file in files):
        return made
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise BenchmarkError("a part of the benchmarks is written in C: install a compiler")
    made.parent.mkdir(parents=True, exist_ok=True)
    code = [str(file) for file in files if file.suffix == ".c"]
    subprocess.run([compiler, *_FLAGS, *flags, "-o", str(made), *code, *libraries], check=True)
    return made
