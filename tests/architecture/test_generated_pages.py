"""The pages that are made from the code say what the code says now."""

import importlib
import re
from collections.abc import Callable

import pytest

from cashhaven_domain.shared.errors import DomainError
from tests.architecture.code import ROOT, all_classes, sources

CATALOGUE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    make: Callable[[], dict[str, str]] = importlib.import_module("generated").pages
    return make()


def test_the_generated_pages_are_fresh(pages):
    stale = [
        name
        for name, text in pages.items()
        if (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run `python3 -m nox -s docs -- --write`"


def test_every_code_of_the_domain_is_in_the_catalogue():
    errors = [kind for kind in all_classes("cashhaven_domain") if issubclass(kind, DomainError)]
    codes = {kind.code for kind in errors if kind is not DomainError}

    assert {code for code in codes if f"| `{code}` |" not in CATALOGUE} == set()


def test_every_code_that_an_adapter_writes_down_is_in_the_catalogue():
    written = {
        code
        for path in sources("cashhaven_adapters", "cashhaven_app")
        for code in re.findall(r"\bcode ?= ?\"([A-Z_]+)\"", path.read_text(encoding="utf-8"))
    }

    assert len(written) > 3
    assert {code for code in written if f"| `{code}` |" not in CATALOGUE} == set()
