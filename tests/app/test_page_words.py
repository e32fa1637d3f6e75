"""What the pages name exists: commands, sessions, settings, files; and their examples run."""

import argparse
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cashhaven_app.cli import build_parser
from cashhaven_app.settings import Settings
from tests.support.server_process import ROOT

BUILT = ROOT / "docs" / "_build"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if BUILT not in page.parents),
]
WALKED = {"README.md", "docs/tutorial/index.md"}
"""Their `console` blocks are run, command by command, by `test_pages`."""
IN_A_BROWSER = {"docs/how-to/follow-the-shop-live.md"}
"""Their `js` blocks are run in a browser, by `live/test_javascript_client_live.py`."""
OUTPUT = {"text", "json", "{toctree}", "{eval-rst}"}
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:cashhaven_\w+|tests|docs)/[\w./-]*|\w+\.(?:py|toml|md|lock)")
_PLACES = ("", "cashhaven_adapters", "docs")
# Names of modules that every area has, and of those that a reader is to write.
_IN_EVERY_AREA = {"events.py", "errors.py", "ports.py", "queries.py"}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(*languages: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for language, content in _FENCE.findall(page.read_text(encoding="utf-8")):
            if language in languages:
                yield name_of(page), content


def code_words() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
        for word in _CODE.findall(prose):
            yield name_of(page), word


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_is_run_or_is_output(page):
    languages = {language for language, _ in _FENCE.findall(page.read_text(encoding="utf-8"))}
    run = {"python", "sh"}
    run |= {"console"} if name_of(page) in WALKED else set()
    run |= {"js"} if name_of(page) in IN_A_BROWSER else set()

    assert languages - run - OUTPUT == set()


@pytest.mark.parametrize(
    "content",
    [content for page, content in blocks("python") if page != "README.md"],
    ids=lambda content: str(content.partition("\n")[0]),
)
async def test_every_python_block_of_the_pages_runs(content):
    names: dict[str, object] = {}
    exec(compile(content, "page", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]

    assert tests
    for test in tests:
        assert inspect.iscoroutinefunction(test)
        await test()


def test_every_session_that_a_page_names_exists():
    sessions = set(
        re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    )
    named = {
        (page, session)
        for page, content in [*blocks("sh", "console"), *code_words()]
        for session in re.findall(r"nox -s (\w+)", content)
    }

    assert named
    assert {(page, session) for page, session in named if session not in sessions} == set()


def test_every_command_that_a_page_names_exists():
    lines = {
        (page, line)
        for page, word in [*blocks("sh"), *code_words()]
        for line in re.findall(r"(?:^|\n)cashhaven ([a-z].*)", word)
    }

    assert lines
    assert {(page, line) for page, line in lines if not understood(line)} == set()


def understood(line: str) -> bool:
    """Whether the parser knows the words; a group may be named without its step."""
    parser: argparse.ArgumentParser = build_parser()
    try:
        parser.parse_args(shlex.split(line))
    except SystemExit:
        return line in {"migrate", "create-user", "set-password", "watch"}
    return True


def test_every_setting_that_a_page_names_exists():
    catalogue = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    own_of_tests = {
        f"CASHHAVEN_TEST_{name}"
        for name in ("CHROMIUM", "ENGINES", "LONG", "MARIADB", "MYSQL", "REDIS")
    }
    of_watch = {"CASHHAVEN_PASSWORD"}
    named = {
        (page, word.partition("=")[0])
        for page, word in code_words()
        if re.fullmatch(r"[A-Z]+(_[A-Z]+)+(=\S*)?", word)
    }
    known = Settings.names() | own_of_tests | of_watch

    assert {
        (page, word) for page, word in named if word not in known and f"`{word}`" not in catalogue
    } == set()


def test_every_file_that_a_page_names_exists():
    named = {(page, word) for page, word in code_words() if _PATH.fullmatch(word)}

    assert named
    assert {
        (page, word)
        for page, word in named
        if word not in _IN_EVERY_AREA and not any((ROOT / p / word).exists() for p in _PLACES)
    } == set()
