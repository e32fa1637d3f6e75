"""Every port has an adapter that declares it, and one contract when it has two."""

import re

import pytest

from cashhaven_domain.shared.ports import UnitOfWork
from tests.architecture.code import ROOT, all_classes, classes_of, domain_modules

ADAPTERS = list(all_classes("cashhaven_adapters"))
CONTRACTS = {path.name: path for path in (ROOT / "tests" / "contracts").glob("test_*.py")}
CONTRACTS_TEXT = "\n".join(path.read_text(encoding="utf-8") for path in CONTRACTS.values())
PORTS = [
    kind
    for stem in ("ports", "queries")
    for module in domain_modules(stem)
    for kind in classes_of(module)
    if getattr(kind, "_is_protocol", False)
]


def adapters_of(port: type) -> list[type]:
    """Return the classes that declare the port, each by itself (subclasses add nothing)."""
    return [kind for kind in ADAPTERS if port in kind.__mro__]


@pytest.mark.parametrize("port", PORTS, ids=lambda port: f"{port.__module__}.{port.__name__}")
def test_a_port_has_an_adapter_that_declares_it(port):
    assert adapters_of(port)


@pytest.mark.parametrize("port", PORTS, ids=lambda port: f"{port.__module__}.{port.__name__}")
def test_a_port_with_two_adapters_has_a_contract(port):
    """It bears the port's name or speaks of it; units of work are judged as one."""
    if len(adapters_of(port)) > 1 and UnitOfWork not in port.__mro__:
        stem = re.sub(r"(?<!^)(?=[A-Z])", "_", port.__name__).casefold()
        assert f"test_{stem}.py" in CONTRACTS or port.__name__ in CONTRACTS_TEXT


@pytest.mark.parametrize("port", PORTS, ids=lambda port: f"{port.__module__}.{port.__name__}")
def test_every_method_of_a_port_has_its_contract_written_down(port):
    methods = [value for value in vars(port).values() if callable(value)]

    assert [
        method.__name__
        for method in methods
        if not method.__name__.startswith("_") and not method.__doc__
    ] == []
