"""The command line: which run, what of it, and where the figures go."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from tests.benchmarks.scenarios import Engine, Work
from tests.support.debian_packages import CACHE

RUNS = ("whole", "smoke", "scaling", "memory", "realtime", "page")
_SECONDS, _SECONDS_OF_REALTIME = 2, 4
_WORKS: dict[str, tuple[Work, ...]] = {
    "orders": ("order",),
    "sales": ("sale",),
    "stock": ("stock", "stock-etag"),
    "search": ("search",),
    "clients": ("client",),
    "login": ("login",),
    "health": ("health",),
}


class Options(argparse.Namespace):
    """What was asked for."""

    run: str
    works: tuple[Work, ...]
    words: list[str]
    clients: list[int]
    products: list[int]
    engines: list[Engine]
    rounds: int
    seconds: int
    orders: int
    write: bool
    folder: Path

    @property
    def is_part(self) -> bool:
        """Whether only some scenarios of a run were asked for."""
        return bool(self.works or self.clients or self.products or self.engines)

    @property
    def file(self) -> Path:
        """Where the figures go: those of a part do not take the place of the whole."""
        return self.folder / f"{self.run}{'-part' if self.is_part else ''}.json"


def read(words: Sequence[str] | None = None) -> Options:
    """Read the command line; a word that means nothing ends the program with a sentence."""
    parser = argparse.ArgumentParser(
        prog="nox -s bench --", description="Measure the server, or a part of what it does."
    )
    known = (*RUNS, *_WORKS)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WHAT",
        help=f"a run ({', '.join(RUNS)}; default: whole) or scenarios of it ({', '.join(_WORKS)})",
    )
    for name, what in (("--clients", "only so many at once"), ("--products", "only so many")):
        parser.add_argument(name, type=int, nargs="+", default=[], metavar="N", help=what)
    parser.add_argument(
        "--engines", nargs="+", default=[], choices=get_args(Engine), help="only these"
    )
    parser.add_argument("--rounds", type=int, default=0, help="default: 3; 2 in a smoke run")
    parser.add_argument(
        "--seconds", type=int, default=0, help="of each round; default: 2; 4 in a realtime run"
    )
    parser.add_argument(
        "--orders", type=int, default=1_000_000, help="of a scaling or a memory run"
    )
    parser.add_argument("--write", action="store_true", help="write the page of the figures anew")
    parser.add_argument(
        "--folder", type=Path, default=CACHE / "bench", help="where the figures go, as JSON"
    )
    options = parser.parse_args(words, namespace=Options())
    for word in options.words:
        if word not in known:
            parser.error(f"there is no {word}: one of {', '.join(known)}")
    runs = [word for word in options.words if word in RUNS]
    if len(runs) > 1:
        parser.error(f"one run at a time, not {' and '.join(runs)}")
    options.run = runs[0] if runs else "whole"
    options.works = tuple(work for word in options.words for work in _WORKS.get(word, ()))
    if options.write and (options.is_part or options.run == "smoke"):
        parser.error("the page shows whole runs only")
    options.rounds = options.rounds or (2 if options.run == "smoke" else 3)
    usual = _SECONDS_OF_REALTIME if options.run == "realtime" else _SECONDS
    options.seconds = options.seconds or usual
    return options
