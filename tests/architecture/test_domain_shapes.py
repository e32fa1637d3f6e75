"""Aggregates, events, commands, use cases and errors have the shapes that everybody relies on."""

import ast
import dataclasses
import inspect
from collections import Counter
from pathlib import Path

import pytest

from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.errors import FAMILIES, DomainError, family_of
from cashhaven_domain.shared.events import DomainEvent
from tests.architecture.code import (
    DOMAIN,
    PACKAGES,
    ROOT,
    all_classes,
    classes_of,
    sources,
    use_case_modules,
)

DOMAIN_CLASSES = list(all_classes("cashhaven_domain"))
AGGREGATES = [kind for kind in DOMAIN_CLASSES if issubclass(kind, Aggregate)]
EVENTS = [kind for kind in DOMAIN_CLASSES if issubclass(kind, DomainEvent)]
CONCRETE_EVENTS = [kind for kind in EVENTS if not kind.__subclasses__()]
ERRORS = [kind for kind in DOMAIN_CLASSES if issubclass(kind, DomainError)]
USE_CASES = [
    kind
    for module in use_case_modules()
    for kind in classes_of(module)
    if inspect.iscoroutinefunction(vars(kind).get("__call__"))
]
COMMANDS = [
    kind
    for module in use_case_modules()
    for kind in classes_of(module)
    if kind not in USE_CASES and kind.__name__.endswith(("Command", "Query"))
]


def is_frozen(kind: type) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


@pytest.mark.parametrize("kind", [*AGGREGATES, *EVENTS], ids=lambda kind: kind.__name__)
def test_aggregates_and_events_are_slotted_data_classes(kind):
    assert dataclasses.is_dataclass(kind)
    assert "__slots__" in vars(kind)


@pytest.mark.parametrize("kind", EVENTS + COMMANDS, ids=lambda kind: kind.__name__)
def test_events_and_commands_are_frozen(kind):
    assert is_frozen(kind)


@pytest.mark.parametrize("kind", CONCRETE_EVENTS, ids=lambda kind: kind.__name__)
def test_events_are_named_for_their_stream(kind):
    assert kind.topic
    assert kind.name


def test_no_two_events_share_their_name_in_a_stream():
    names = Counter((e.topic, e.name) for e in CONCRETE_EVENTS)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("kind", USE_CASES, ids=lambda kind: kind.__name__)
def test_use_cases_are_final_and_have_one_public_method(kind):
    methods = {
        name
        for name, value in vars(kind).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }

    assert getattr(kind, "__final__", False)
    assert is_frozen(kind)
    assert "__slots__" in vars(kind)
    assert methods == set()


@pytest.mark.parametrize("module", use_case_modules(), ids=lambda module: module.__name__)
def test_a_module_holds_one_use_case(module):
    assert len([kind for kind in classes_of(module) if kind in USE_CASES]) == 1


def test_each_error_has_a_code_of_its_own():
    concrete = [kind for kind in ERRORS if kind.__module__ != "cashhaven_domain.shared.errors"]
    codes = Counter(vars(kind).get("code") for kind in concrete)

    assert [kind.__name__ for kind in concrete if "code" not in vars(kind)] == []
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_each_error_is_in_the_catalogue(kind):
    catalogue = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")

    assert kind is DomainError or f"`{kind.code}`" in catalogue


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_each_error_has_a_name_in_capitals_and_one_family(kind):
    families = [base for base in kind.__bases__ if issubclass(base, DomainError)]

    assert kind.code == kind.code.upper()
    assert len(families) <= 1
    if kind not in {DomainError, *FAMILIES.values()}:
        assert family_of(kind.__new__(kind)) is not DomainError


FORBIDDEN_CALLS = {"print", "float", "open", "input", "eval", "exec", "uuid4", "uuid1", "sleep"}
FORBIDDEN_METHODS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
}


@pytest.mark.parametrize(
    "path", sources("cashhaven_domain"), ids=lambda path: str(path.relative_to(DOMAIN))
)
def test_the_domain_asks_for_time_chance_and_numbers_through_ports(path):
    assert list(_forbidden_calls(path)) == []


def _forbidden_calls(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in FORBIDDEN_CALLS:
            yield f"{called.id} in line {node.lineno}"
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            method = (called.value.id, called.attr)
            if method in FORBIDDEN_METHODS or method[0] in {"random", "secrets"}:
                yield f"{'.'.join(method)} in line {node.lineno}"


@pytest.mark.parametrize(
    "path",
    [path for path in sources(*PACKAGES, "tests") if path.name == "__init__.py"],
    ids=lambda path: str(path.parent.relative_to(ROOT)),
)
def test_package_files_hold_a_docstring_and_nothing_else(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert len(tree.body) == (1 if ast.get_docstring(tree) else 0)
    assert tree.body or "tests" in path.parts


VAGUE = {"utils", "helpers", "common", "base", "core", "misc", "models", "services"}


def test_no_module_has_a_name_that_fits_everything():
    assert [path for path in sources(*PACKAGES) if path.stem in VAGUE] == []


@pytest.mark.parametrize(
    "path", sources(*PACKAGES), ids=lambda path: str(path.relative_to(ROOT).with_suffix(""))
)
def test_every_module_and_public_function_says_what_it_is_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert ast.get_docstring(tree)
    assert list(_undocumented(tree)) == []


def _undocumented(tree: ast.Module):
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.name


@pytest.mark.parametrize(
    "path",
    [path for path in sources(*PACKAGES) if path.parent.name != "versions"],  # tables are lists
    ids=lambda path: str(path.relative_to(ROOT).with_suffix("")),
)
def test_functions_fit_on_a_screen(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno > 70
    ] == []
