"""The pages that are made from the code: `nox -s docs -- --write` writes them anew."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
FOLDER = DOCS / "reference"
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

from generating import command_line, errors, events, routes, settings, use_cases  # noqa: E402  (path above)


def require_fresh() -> None:
    """Stop the build when a generated page is not what the code says now."""
    for name, text in pages().items():
        page = FOLDER / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{page.name} is stale: run `python3 -m nox -s docs -- --write`")


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {
        "routes.md": routes.page(),
        "errors.md": errors.page(),
        "use-cases.md": use_cases.page(),
        "events.md": events.page(),
        "settings.md": settings.page(),
        "command-line.md": command_line.page(),
    }


if __name__ == "__main__":
    for file_name, content in pages().items():
        (FOLDER / file_name).write_text(content, encoding="utf-8")
