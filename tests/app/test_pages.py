"""What the documentation shows is what happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server_process import ROOT, ServerProcess
from tests.support.walk import walk

# The address is the server's own in each run, and the server is there already.
NOT_WALKED = ("BASE=", "python3 -m")


@pytest.mark.parametrize("page", ["docs/tutorial/index.md", "README.md"])
def test_the_page_can_be_walked_through(server: ServerProcess, page: str) -> None:
    base = {"BASE": f"{server.url}/api"}
    assert walk(ROOT / page, {**os.environ, **base}, skip=NOT_WALKED) > 5


def test_the_example_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    example = tmp_path / "example.py"
    example.write_text(text.partition("```python\n")[2].partition("```")[0], encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-W", "error", example],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout == "vendido por R$ 12,00, restam 99\n"
