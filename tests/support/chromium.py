"""A Chromium without a screen for the tests: the host's, or one unpacked, never installed.

It is looked for in this order: the program that `CASHHAVEN_TEST_CHROMIUM` names; a program of the
host; one that was unpacked under `.cache` before; on a Debian host, one fetched now.
"""

import os
import shutil
from pathlib import Path

from tests.support.debian_packages import (
    CACHE,
    PackageNotToBeHad,
    libraries_in,
    unpack,
    write_script,
)

VARIABLE = "CASHHAVEN_TEST_CHROMIUM"
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
"""Whoever is root in a container, with little shared memory, can start it with these."""

_PACKAGE = "chromium-headless-shell"
_PROGRAM = "usr/lib/chromium/chromium-headless-shell"
_NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
# A program starts itself again for each page, so it must be the program and not a loader of ours:
# the C library is the host's, and the rest is from the very same release.
_OF_THE_C_LIBRARY = (
    *("ld-linux*.so*", "libc.so*", "libm.so*", "libmvec.so*", "libpthread.so*", "libdl.so*"),
    *("librt.so*", "libutil.so*", "libresolv.so*", "libanl.so*", "libnss_*.so*", "libnsl.so*"),
)
_START_SCRIPT = """\
#!/bin/sh
root=$(dirname "$(realpath "$0")")/root
export LD_LIBRARY_PATH="{libraries}" FONTCONFIG_PATH="$root/etc/fonts" FONTCONFIG_SYSROOT="$root"
exec "$root/{program}" "$@"
"""


class BrowserNotToBeHad(Exception):
    """There is no Chromium and none can be fetched; the text says what to do."""


def find_chromium() -> Path:
    """Give the program, fetching it first if there is none.

    Raises:
        BrowserNotToBeHad: there is none and none can be fetched.
    """
    given = os.environ.get(VARIABLE)
    if given:
        found = shutil.which(given)
        if found is None:
            raise BrowserNotToBeHad(f"{VARIABLE} names no program: {given}")
        return Path(found)
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    try:
        return unpacked_chromium()
    except PackageNotToBeHad as error:
        raise BrowserNotToBeHad(
            f"no Chromium: {error}. Install one, or name its program in {VARIABLE},"
            " or go on without it: nox -s tests -- --without chromium"
        ) from error


def unpacked_chromium() -> Path:
    """Give the program of the Debian package, fetching it if this was never done here.

    Raises:
        PackageNotToBeHad: this is not a Debian host, or its mirror could not be reached.
    """
    start = CACHE / "programs" / _PACKAGE / Path(_PROGRAM).name

    def write_start(folder: Path, root: Path) -> None:
        for pattern in _OF_THE_C_LIBRARY:
            for found in root.glob(f"**/{pattern}"):
                found.unlink()
        text = _START_SCRIPT.format(libraries=_libraries_in(root), program=_PROGRAM)
        write_script(folder / start.name, text)

    unpack(_PACKAGE, start, write_start)
    return start


def _libraries_in(root: Path) -> str:
    """Return the folders with libraries, those included that libraries keep for themselves."""
    own = {found.parent.relative_to(root) for found in root.glob("usr/lib/*/*/lib*.so")}
    return ":".join((libraries_in(root), *(f"$root/{path}" for path in sorted(own))))
