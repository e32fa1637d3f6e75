"""MariaDB and MySQL for a Debian host that has neither: unpacked into a folder, never installed.

MariaDB is the one of the host's own release, MySQL the one of Debian's unstable suite. Each comes
with every library that it needs, down to the C library and its loader, so nothing of the host is
used and nothing of the host is changed. The mirror is the one that the host's own apt sources name.
"""

import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "servers"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_NEEDED_PROGRAMS = ("apt-get", "dpkg")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a server comes from: its suite (none: the host's own), package and program."""

    suite: str | None
    package: str
    program: str


_SOURCES = {
    "mariadb": _Source(suite=None, package="mariadb-server-core", program="mariadbd"),
    "mysql": _Source(suite="sid", package="mysql-server-core", program="mysqld"),
}

# The loader is called by its own path, so that the unpacked C library is used and not the host's.
_START_SCRIPT = """\
#!/bin/sh
root=$(dirname "$(realpath "$0")")/root
[ "$1" = --no-defaults ] && shift
exec "$root/{loader}" --library-path "{libraries}" "$root/usr/sbin/{program}" --no-defaults \\
  --basedir="$root/usr" --plugin-dir="$root/{plugins}" --lc-messages-dir="$root/usr/share/mysql" \\
  --character-sets-dir="$root/usr/share/mysql/charsets" "$@"
"""


class ServerNotToBeHad(Exception):
    """The server can neither be found nor be fetched on this host; the text says what to do."""


def unpacked_server(kind: str) -> Path:
    """Give the program that starts the server, fetching it first if this was never done here.

    Raises:
        ServerNotToBeHad: this is not a Debian host, or its mirror could not be reached.
    """
    source = _SOURCES[kind]
    start = CACHE / kind / source.program
    if start.exists():
        return start
    if not _KEYRING.exists() or any(shutil.which(name) is None for name in _NEEDED_PROGRAMS):
        raise ServerNotToBeHad("this is not a Debian host, so it cannot be fetched either")
    CACHE.mkdir(parents=True, exist_ok=True)
    _unpack(source, start.parent)
    return start


def _unpack(source: _Source, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="new-") as new:
        work, fresh = Path(new) / "apt", Path(new) / "server"
        root = fresh / "root"
        root.mkdir(parents=True)
        for package in _download(source, work):
            _run("dpkg", "-x", str(package), str(root))
        _write_start_script(source, fresh, root)
        try:
            fresh.rename(folder)
        except OSError:
            # Another run was faster: its folder is as good as ours.
            if not (folder / source.program).exists():
                raise


def _download(source: _Source, work: Path) -> list[Path]:
    """Fetch the package and all that it depends on, as if nothing were installed."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    suite = source.suite or platform.freedesktop_os_release().get("VERSION_CODENAME", "sid")
    line = f"deb [signed-by={_KEYRING}] {_mirror()} {suite} main\n"
    (work / "sources.list").write_text(line, encoding="utf-8")
    settings = {
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Retries": "3",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    apt = ("apt-get", "-qq", *options)
    _run(*apt, "update")
    _run(*apt, "-y", "--download-only", "--no-install-recommends", "install", source.package)
    return sorted((work / "cache" / "archives").glob("*.deb"))


def _mirror() -> str:
    """The address of the Debian archive that this host's apt sources name."""
    targets = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    for address in targets.split():
        if address.rstrip("/").endswith("/debian"):
            return address
    raise ServerNotToBeHad("the apt sources of this host name no Debian mirror")


def _write_start_script(source: _Source, folder: Path, root: Path) -> None:
    loader = next(
        found
        for pattern in ("lib*/**/ld-linux*.so.*", "usr/lib*/**/ld-linux*.so.*")
        for found in root.glob(pattern)
    )
    plugins = next(iter(root.glob("usr/lib/**/mysql/plugin")), root / "usr/lib/mysql/plugin")
    libraries = {found.parent.relative_to(root) for found in root.glob("**/lib*.so.*")}
    start = folder / source.program
    text = _START_SCRIPT.format(
        loader=loader.relative_to(root),
        libraries=":".join(f"$root/{path}" for path in sorted(libraries)),
        plugins=plugins.relative_to(root),
        program=source.program,
    )
    start.write_text(text, encoding="utf-8")
    start.chmod(0o755)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise ServerNotToBeHad(f"{command[0]} failed: {' '.join(last)}")
    return done.stdout
