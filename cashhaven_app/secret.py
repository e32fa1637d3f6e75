"""Secrets: never shown by accident, and made where nobody gave one."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "jwt-secret"


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that appears in no representation, no log line and no traceback with locals."""

    _text: str

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"


def kept_secret(folder: Path) -> Secret:
    """Return the random secret kept in the folder; the first call makes it, for its owner's eyes.

    Raises:
        OSError: the folder cannot be written, or the file not be read.
    """
    path = folder / KEY_FILE
    with contextlib.suppress(FileNotFoundError):
        return Secret(path.read_text(encoding="ascii").strip())
    folder.mkdir(0o700, parents=True, exist_ok=True)
    draft = folder / f"{KEY_FILE}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    # Whoever links first wins; several processes that start at once agree on one secret.
    try:
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    except OSError:
        draft.replace(path)  # a file system without links
    draft.unlink(missing_ok=True)
    return Secret(path.read_text(encoding="ascii").strip())
