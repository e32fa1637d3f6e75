"""What people type to start this program."""

import sys
from pathlib import Path


def program() -> str:
    """Return the program's name, or how it was started where it is not installed."""
    if Path(sys.argv[0]).parts[-2:] != ("cashhaven_app", "__main__.py"):
        return "cashhaven"
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} -m cashhaven_app"
