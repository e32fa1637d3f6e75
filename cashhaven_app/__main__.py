"""`python -m cashhaven_app` and the program `cashhaven`."""

import sys

from cashhaven_app.cli import run


def main() -> None:
    """Run the command that the command line names, and end with its status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
