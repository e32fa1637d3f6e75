"""What the pages are made from: the classes of the product, and Markdown tables."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

# These run when they are imported, or only inside a migration.
_LEFT_OUT = ("__main__", "migrations")


def modules_of(package: str) -> Iterator[ModuleType]:
    """Return every module of the package, imported, by name."""
    path = importlib.import_module(package).__path__
    for name in sorted(found.name for found in pkgutil.walk_packages(path, f"{package}.")):
        if not any(part in _LEFT_OUT for part in name.split(".")):
            yield importlib.import_module(name)


def classes_of(modules: Iterable[ModuleType]) -> Iterator[type]:
    """Return the classes that the modules themselves define."""
    for module in modules:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                yield kind


def first_line(thing: object) -> str:
    """Return the sentence that a docstring begins with."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table, and an empty one."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return [*(f"| {' | '.join(line)} |" for line in cells), ""]
