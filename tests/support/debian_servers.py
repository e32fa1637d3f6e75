"""MariaDB and MySQL for a Debian host that has neither: unpacked into a folder, never installed.

MariaDB is the one of the host's own release, MySQL the one of Debian's unstable suite.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.support.debian_packages import (
    CACHE,
    PackageNotToBeHad,
    libraries_in,
    loader_in,
    unpack,
    write_script,
)


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
    start = CACHE / "servers" / kind / source.program

    def write_start(folder: Path, root: Path) -> None:
        plugins = next(iter(root.glob("usr/lib/**/mysql/plugin")), root / "usr/lib/mysql/plugin")
        text = _START_SCRIPT.format(
            loader=loader_in(root),
            libraries=libraries_in(root),
            plugins=plugins.relative_to(root),
            program=source.program,
        )
        write_script(folder / source.program, text)

    try:
        unpack(source.package, start, write_start, suite=source.suite)
    except PackageNotToBeHad as error:
        raise ServerNotToBeHad(str(error)) from error
    return start
