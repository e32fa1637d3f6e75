"""The JSON Schema of AsyncAPI documents itself: from its makers' npm package, never installed."""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.support.debian_packages import CACHE

PACKAGE = "@asyncapi/specs@6.11.1"
SHA512 = "A3WBLqAKGoJ2+6FWFtpjBlCQ1oFCcs4GxF7zsIGvNqp/klGUHjlA3aAcZ9XMMpLGE8zPeYDz2x9FmO6DSuKraQ=="
_MEMBER = "package/schemas/3.0.0.json"
_KEPT = CACHE / "asyncapi" / "3.0.0.json"


class SchemaNotToBeHad(Exception):
    """It is not here and cannot be fetched; the text says why."""


def asyncapi_schema() -> dict[str, Any]:
    """Return the schema of AsyncAPI 3.0.0, fetched once by npm.

    Raises:
        SchemaNotToBeHad: there is no npm here, or its registry could not be reached.
    """
    if not _KEPT.exists():
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_KEPT.parent) as folder:
            fresh = Path(folder) / _KEPT.name
            fresh.write_bytes(_fetched(Path(folder)))
            fresh.replace(_KEPT)
    schema: dict[str, Any] = json.loads(_KEPT.read_bytes())
    return schema


def _fetched(folder: Path) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise SchemaNotToBeHad("there is no npm here to fetch the schema of AsyncAPI with")
    command = [npm, "pack", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SchemaNotToBeHad(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
    (archive,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert digest == SHA512, f"{PACKAGE} is not what it was"
    with tarfile.open(archive) as opened:
        member = opened.extractfile(_MEMBER)
        assert member is not None
        return member.read()
