"""Outlives the test run, and takes its server away when the run ends, however it ends.

Its standard input is a pipe that only the run holds open: when the run ends or is killed the pipe
closes. Then the server whose number stands in the folder's `pid` file is killed and the folder
removed.
Run as a program: `python server_watchdog.py FOLDER`.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    folder = Path(sys.argv[1])
    sys.stdin.buffer.read()
    with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
        os.kill(int((folder / "pid").read_text(encoding="ascii")), signal.SIGKILL)
    # A server that dies may still be closing its files.
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
