"""The page of the use cases."""

from itertools import groupby

from generating.code import classes_of, first_line, modules_of, table


def page() -> str:
    """Return the page's text."""
    kinds = [
        kind
        for kind in classes_of(modules_of("cashhaven_domain"))
        if ".use_cases." in kind.__module__ and "__call__" in vars(kind)
    ]
    lines = ["# Use cases", "", "One module each, named for what somebody wants to be done.", ""]
    for area, members in groupby(kinds, lambda kind: kind.__module__.split(".")[1]):
        lines += [f"## {area.capitalize()}", ""]
        rows = ([f"`{kind.__name__}`", first_line(kind)] for kind in members)
        lines += table(["use case", "what it does"], rows)
    return "\n".join(lines)
