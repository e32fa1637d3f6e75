"""The lock files hold what the project asks for: versions and hashes, and no address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    "requirements.lock": (),
    "requirements-test.lock": ("test",),
    "requirements-dev.lock": ("test", "lint", "package", "lock"),
    "requirements-docs.lock": ("test", "docs"),
    "requirements-bench.lock": ("bench",),
}


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked(lock: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith(" "):
            versions.setdefault(name, set()).add(rest.split()[0])
    return versions


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_has_all_that_is_asked_for(lock):
    wanted = list(PROJECT["project"]["dependencies"])
    for group in LOCKS[lock]:
        wanted += [entry for entry in PROJECT["dependency-groups"][group] if isinstance(entry, str)]
    assert {_name(requirement) for requirement in wanted} <= set(_locked(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text


@pytest.mark.parametrize("lock", list(LOCKS)[1:])
def test_the_lock_files_agree_on_every_version_that_the_product_uses(lock):
    others = _locked(lock)
    assert all(others[name] == versions for name, versions in _locked("requirements.lock").items())
