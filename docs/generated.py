"""The pages that are made from the code: `python docs/generated.py` writes them anew."""

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "reference"
sys.path.insert(0, str(FOLDER.parents[1]))

import cashhaven_domain  # noqa: E402  (the path is set above)
from cashhaven_domain.shared.errors import FAMILIES, DomainError  # noqa: E402  (likewise)


def require_fresh() -> None:
    """Stop the build when a generated page is not what the code says now."""
    for name, text in pages().items():
        page = FOLDER / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{page.name} is stale: run `python docs/generated.py`")


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {"errors.md": _errors(), "use-cases.md": _members("use_cases", "Use cases")}


def _modules() -> list[str]:
    packages = pkgutil.walk_packages(cashhaven_domain.__path__, "cashhaven_domain.")
    return sorted(found.name for found in packages)


def _errors() -> str:
    kinds: dict[str, type[DomainError]] = {}
    for name in _modules():
        for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(kind, DomainError) and kind.__module__ == name:
                kinds[f"{kind.code} {kind.__qualname__}"] = kind
    rows = [
        f"| `{kind.code}` | {_family(kind)} | {_area(kind)} | {_first_line(kind)} |"
        for _, kind in sorted(kinds.items())
    ]
    return "\n".join(
        [
            "# Error catalogue",
            "",
            "Every refusal has a code that never changes.",
            "Its family decides the status; the sentences are for people, in Portuguese.",
            "",
            "| code | family | area | meaning |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _members(folder: str, title: str) -> str:
    lines = [f"# {title}", "", "One module each, named for what somebody wants to be done.", ""]
    area = ""
    for name in _modules():
        parts = name.split(".")
        if len(parts) != 4 or parts[2] != folder:
            continue
        if parts[1] != area:
            area = parts[1]
            lines += [f"## {area.capitalize()}", "", "| use case | what it does |", "| --- | --- |"]
        module = importlib.import_module(name)
        lines += [
            f"| `{kind.__name__}` | {_first_line(kind)} |"
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if kind.__module__ == name and "__call__" in vars(kind)
        ]
        following = _modules()[_modules().index(name) + 1 :]
        if not following or following[0].split(".")[1:3] != [area, folder]:
            lines.append("")
    return "\n".join(lines)


def _family(kind: type[DomainError]) -> str:
    return next((base.__name__ for base in kind.__mro__ if base.__name__ in FAMILIES), "—")


def _area(kind: type) -> str:
    return kind.__module__.split(".")[1]


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


if __name__ == "__main__":
    for file_name, content in pages().items():
        (FOLDER / file_name).write_text(content, encoding="utf-8")
