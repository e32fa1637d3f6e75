"""The modules and classes of the product, as the shape tests look at them."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cashhaven_domain", "cashhaven_adapters", "cashhaven_app")
DOMAIN = ROOT / "cashhaven_domain"


def sources(*packages: str) -> list[Path]:
    """Return the source files of the packages, in order."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> ModuleType:
    """Return the imported module of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts).removesuffix(".__init__"))


def domain_modules(stem: str) -> list[ModuleType]:
    """Return the domain's modules of this name, one per area at most."""
    return [module_of(path) for path in sorted(DOMAIN.glob(f"*/{stem}.py"))]


def use_case_modules() -> list[ModuleType]:
    """Return the modules that hold a command and its use case."""
    paths = sorted(DOMAIN.glob("*/use_cases/*.py"))
    return [module_of(path) for path in paths if path.stem != "__init__"]


def classes_of(module: ModuleType) -> Iterator[type]:
    """Return the classes that the module itself defines."""
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__:
            yield kind


def all_classes(*packages: str) -> Iterator[type]:
    """Return every class of the packages."""
    for path in sources(*packages):
        # One runs the program when it is imported, the others only live inside a migration.
        if path.stem != "__main__" and "migrations" not in path.parts:
            yield from classes_of(module_of(path))
