"""Walks through a page of documentation: runs its commands in a shell and compares what they print.

A block fenced as `console` holds commands (`$ …`, continued on the next line after a `\\`) and
below each what it prints. `…` stands for whatever varies: numbers, tokens, moments.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what the page says it prints; `None` where it says nothing."""

    command: str
    printed: str | None


def steps(page: Path) -> Iterator[Step]:
    """Return the steps of the page in order."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        command, printed = "", ""
        for line in block.splitlines():
            if command.endswith("\\"):
                command = f"{command}\n{line}"
            elif line.startswith("$ "):
                if command:
                    yield Step(command, printed or None)
                command, printed = line[2:], ""
            else:
                printed += line + "\n"
        if command:
            yield Step(command, printed or None)


def walk(page: Path, environment: Mapping[str, str], *, skip: tuple[str, ...] = ()) -> int:
    """Run the page's steps in one shell and return how many; not those that begin with `skip`.

    Raises:
        AssertionError: a command failed, or printed something else.
    """
    chosen = [step for step in steps(page) if not step.command.startswith(skip)]
    mark = "--- end of step ---"
    script = "\n".join(f"{step.command}\nprintf '\\n%s\\n' '{mark}'" for step in chosen)
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    printed = done.stdout.split(f"\n{mark}\n")
    for step, output in zip(chosen, printed, strict=False):
        if step.printed is not None:
            assert _matches(step.printed.strip(), output.strip()), (
                f"{step.command}\n--- the page says ---\n{step.printed}--- it printed ---\n{output}"
            )
    assert done.returncode == 0, f"{done.stderr}\n{printed[-1]}"
    return len(chosen)


def _matches(said: str, printed: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in said.split("…"))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None
