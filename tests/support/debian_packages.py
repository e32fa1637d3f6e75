"""Programs of Debian packages for a host that lacks them: unpacked into a folder, never installed.

Each comes with every library that it needs, down to the C library and its loader, so nothing of the
host is used and nothing of the host is changed. The mirror is the one that the host's own apt
sources name.
"""

import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_NEEDED_PROGRAMS = ("apt-get", "dpkg")

# The loader is called by its own path, so that the unpacked C library is used and not the host's.
_START_SCRIPT = """\
#!/bin/sh
root=$(dirname "$(realpath "$0")")/root
exec "$root/{loader}" --library-path "{libraries}" "$root/{program}" "$@"
"""


class PackageNotToBeHad(Exception):
    """The package cannot be fetched on this host; the text says why."""


def unpacked_program(package: str, program: str) -> Path:
    """Give a program of a package, by its path in there, fetching it first if need be.

    Raises:
        PackageNotToBeHad: this is not a Debian host, or its mirror could not be reached.
    """
    start = CACHE / "programs" / package / Path(program).name

    def write_start(folder: Path, root: Path) -> None:
        text = _START_SCRIPT.format(
            loader=loader_in(root), libraries=libraries_in(root), program=program
        )
        write_script(folder / start.name, text)

    unpack(package, start, write_start)
    return start


def unpack(
    package: str,
    start: Path,
    write_start: Callable[[Path, Path], None],
    *,
    suite: str | None = None,
) -> None:
    """Unpack a package and all that it depends on beside its start script, unless that is there.

    `write_start` is given the folder of the script and the root of the packages. No suite means
    the host's own.

    Raises:
        PackageNotToBeHad: this is not a Debian host, or its mirror could not be reached.
    """
    if start.exists():
        return
    if not _KEYRING.exists() or any(shutil.which(name) is None for name in _NEEDED_PROGRAMS):
        raise PackageNotToBeHad("this is not a Debian host, so it cannot be fetched either")
    folder = start.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="new-") as new:
        work, fresh = Path(new) / "apt", Path(new) / "unpacked"
        root = fresh / "root"
        root.mkdir(parents=True)
        for found in _download(package, suite, work):
            _run("dpkg", "-x", str(found), str(root))
        write_start(fresh, root)
        try:
            fresh.rename(folder)
        except OSError:
            # Another run was faster: its folder is as good as ours.
            if not start.exists():
                raise


def loader_in(root: Path) -> Path:
    """Return the loader of the unpacked C library, as it stands under the root."""
    return next(
        found.relative_to(root)
        for pattern in ("lib*/**/ld-linux*.so.*", "usr/lib*/**/ld-linux*.so.*")
        for found in root.glob(pattern)
    )


def libraries_in(root: Path) -> str:
    """Return the folders with libraries, as a start script names them."""
    folders = {found.parent.relative_to(root) for found in root.glob("**/lib*.so.*")}
    return ":".join(f"$root/{path}" for path in sorted(folders))


def write_script(path: Path, text: str) -> None:
    """Write a program of the shell."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _download(package: str, suite: str | None, work: Path) -> list[Path]:
    """Fetch the package and all that it depends on, as if nothing were installed."""
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    suite = suite or platform.freedesktop_os_release().get("VERSION_CODENAME", "sid")
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
    _run(*apt, "-y", "--download-only", "--no-install-recommends", "install", package)
    return sorted((work / "cache" / "archives").glob("*.deb"))


def _mirror() -> str:
    """The address of the Debian archive that this host's apt sources name."""
    targets = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    for address in targets.split():
        if address.rstrip("/").endswith("/debian"):
            return address
    raise PackageNotToBeHad("the apt sources of this host name no Debian mirror")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise PackageNotToBeHad(f"{command[0]} failed: {' '.join(last)}")
    return done.stdout
