"""Every command of a developer's day: `nox -l` lists them, `nox` alone runs what needs no service.

Each session has an environment of its own, filled from a lock file with hashes and kept until that
file changes. The project itself is never installed: it runs from this folder.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nox

ROOT = Path(__file__).parent
SUPPORTED = nox.project.python_versions(nox.project.load_toml(ROOT / "pyproject.toml"))
PYTHONS = ROOT / ".nox" / "pythons"
DATABASES = ("mariadb", "mysql")
BROWSER = "chromium"

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "types", "architecture", "fast"]


def _pythons_present() -> list[str]:
    """The supported versions that really run here, on the path or under pyenv.

    A shim of pyenv stands on the path even for versions that it does not start, so each one is
    tried; those that ran are linked into a folder that goes to the front of the path.
    """
    PYTHONS.mkdir(parents=True, exist_ok=True)
    present = []
    for version in SUPPORTED:
        program = next((found for found in _places(version) if _runs(found)), None)
        if program is not None:
            link = PYTHONS / program.name
            if not (link.is_symlink() and link.readlink() == program):
                link.unlink(missing_ok=True)
                link.symlink_to(program)
            present.append(version)
    os.environ["PATH"] = os.pathsep.join((str(PYTHONS), os.environ["PATH"]))
    return present


def _places(version: str) -> Iterator[Path]:
    name = f"python{version}"
    yield Path(sys.executable).parent / name
    for folder in os.environ["PATH"].split(os.pathsep):
        yield Path(folder) / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)


def _runs(program: Path) -> bool:
    if program.parent.name == "shims" or program.parent == PYTHONS:
        return False
    if not os.access(program, os.X_OK):
        return False
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0


PRESENT = _pythons_present()
NEWEST = PRESENT[-1] if PRESENT else None
# What is not about Python runs on one: that of this very process, if it is supported.
USUAL = None if f"{sys.version_info[0]}.{sys.version_info[1]}" in SUPPORTED else NEWEST


@nox.session(python=USUAL)
def lint(session: nox.Session) -> None:
    """Check the format and the rules."""
    _install(session, "requirements-dev.lock")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session(python=USUAL)
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    _install(session, "requirements-dev.lock")
    session.run("mypy", *session.posargs)


@nox.session(python=USUAL)
def architecture(session: nox.Session) -> None:
    """Check who imports what, and the shapes that imports cannot show."""
    _install(session, "requirements-dev.lock")
    session.run("lint-imports", "--no-logo")
    session.run("pytest", "-q", "tests/architecture")


@nox.session(python=USUAL)
def fast(session: nox.Session) -> None:
    """Run the tests on memory and SQLite."""
    _install(session, "requirements-test.lock")
    session.run("pytest", "-m", "not heavy", "-n", "2", *session.posargs)


@nox.session(python=PRESENT or None)
def tests(session: nox.Session) -> None:
    """Run every test on every Python present, on memory, SQLite and real MariaDB and MySQL servers.

    `-- --without mysql`, `mariadb` or `chromium` leaves one out; the rest goes to pytest.
    """
    if not PRESENT:
        session.error(f"none of Python {', '.join(SUPPORTED)} was found on this machine")
    without, arguments = _without(session)
    for name in without:
        session.warn(f"left out, as asked: everything that needs {name}")
    _install(session, "requirements-test.lock")
    engines = ["memory", "sqlite", *(name for name in DATABASES if name not in without)]
    if session.python != NEWEST:
        arguments = ["-m", "not heavy", *arguments]
    session.run("coverage", "erase")
    browser = [] if BROWSER in without else ["--browser"]
    command = ["-m", "pytest", "--engines", ",".join(engines), *browser, "-n", "2", *arguments]
    if session.python != NEWEST or session.posargs:
        session.run("python", *command)
    else:
        session.run("coverage", "run", *command)
        session.run("coverage", "combine", "--quiet")
        session.run("coverage", "report", "--fail-under=100", "--include=cashhaven_domain/*")
        session.run("coverage", "report", "--fail-under=95")


@nox.session(python=USUAL)
def serve(session: nox.Session) -> None:
    """Serve the shop from this folder; what follows `--` goes to `cashhaven serve`."""
    _install(session, "requirements.lock")
    python = Path(session.bin) / "python"
    command = [str(python), "-m", "cashhaven_app", "serve", *session.posargs]
    if os.name == "nt":
        session.run(*command)
        return
    # The server takes the place of this process, so that it alone hears Ctrl-C and SIGTERM.
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(python, command)  # noqa: S606  (a shell would stand in between)


@nox.session(python=NEWEST)
def docs(session: nox.Session) -> None:
    """Build the documentation, warnings being errors, and run its examples.

    `-- --write` first writes the pages anew that are made from the code.
    """
    _install(session, "requirements-docs.lock")
    if "--write" in session.posargs:
        session.run("python", "docs/generated.py")
    build = ("sphinx-build", "--fail-on-warning", "--keep-going", "-b")
    session.run(*build, "html", "docs", "docs/_build/html")
    session.run(*build, "doctest", "docs", "docs/_build/doctest")


@nox.session(python=USUAL)
def plans(session: nox.Session) -> None:
    """Ask SQLite, MariaDB and MySQL how they run the main queries, and write the page of it."""
    _install(session, "requirements-test.lock")
    session.run("python", "-m", "tests.support.plan_page")


@nox.session(python=USUAL)
def bench(session: nox.Session) -> None:
    """Measure the server beside the same contract on Express, and what the database itself can do.

    `-- smoke` is the short run; `-- --help` names the others, and how to measure a part.
    """
    _install(session, "requirements-bench.lock")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session(python=USUAL)
def package(session: nox.Session) -> None:
    """Build the package, install it in a clean environment, and run the README's example there."""
    _install(session, "requirements-dev.lock")
    work = Path(session.create_tmp()).resolve()
    for old in work.glob("*.whl"):
        old.unlink()
    session.run("hatchling", "build", "-t", "wheel", "-d", str(work))
    (wheel,) = work.glob("*.whl")
    like_this_one = ("--clear", "--python", str(Path(session.bin) / "python"))
    virtualenv = (sys.executable, "-m", "virtualenv", *like_this_one)
    session.run(*virtualenv, str(work / "clean"), external=True)
    python = str(work / "clean" / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = (python, "-m", "pip", "install", "--quiet")
    session.run(*pip, "--require-hashes", "-r", "requirements.lock", external=True, silent=True)
    session.run(*pip, "--no-deps", "--no-index", str(wheel), external=True)
    example = work / "example.py"
    example.write_text(_readme_example(), encoding="utf-8")
    session.chdir(work)
    fresh = {"CASHHAVEN_DATA_DIR": session.create_tmp(), "DATABASE_URL": ""}
    session.run(python, "-m", "cashhaven_app", "migrate", "up", external=True, env=fresh)
    session.run(python, "-W", "error", str(example), external=True)


@nox.session(python=USUAL)
def lock(session: nox.Session) -> None:
    """Lock the versions that pyproject.toml asks for; `-- --upgrade` chooses the newest of each."""
    _install(session, "requirements-dev.lock")
    compile_ = (
        *("uv", "pip", "compile", "pyproject.toml", "--quiet"),
        *("--universal", "--python-version", SUPPORTED[0], "--generate-hashes", "--no-header"),
        *("--no-emit-index-url", "--no-emit-find-links", *session.posargs),
    )
    # Each stands on the one before it, so that a version is the same wherever it is named.
    session.run(*compile_, "-o", "requirements.lock")
    test = ("--group", "test")
    session.run(*compile_, *test, "-c", "requirements.lock", "-o", "requirements-test.lock")
    beside = ("-c", "requirements-test.lock", "-o")
    session.run(*compile_, "--group", "dev", *beside, "requirements-dev.lock")
    session.run(*compile_, *test, "--group", "docs", *beside, "requirements-docs.lock")
    session.run(*compile_, "--group", "bench", *beside, "requirements-bench.lock")


def _install(session: nox.Session, name: str) -> None:
    """Fill the session's environment from a lock file, unless that very file filled it before."""
    stamp = Path(session.virtualenv.location) / "filled-from"
    wanted = f"{name} {hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    session.log(f"fetching what {name} lists, once: this takes a minute")
    session.install("--require-hashes", "-r", name)
    stamp.write_text(wanted, encoding="ascii")


def _without(session: nox.Session) -> tuple[list[str], list[str]]:
    """Tell the programs to leave out from the arguments that are pytest's."""
    without: list[str] = []
    arguments: list[str] = []
    words = iter(session.posargs)
    for word in words:
        if word != "--without":
            arguments.append(word)
            continue
        name = next(words, "")
        if name not in (*DATABASES, BROWSER):
            names = ", ".join((*DATABASES, BROWSER))
            session.error(f"--without takes one of {names}, not {name!r}")
        without.append(name)
    return without, arguments


def _readme_example() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("```python\n")[2].partition("```")[0]
