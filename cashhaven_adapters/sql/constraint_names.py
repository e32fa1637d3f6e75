"""Finding the name of a key in what an engine says when two rows want the same."""

import re

from sqlalchemy import Index, UniqueConstraint

from cashhaven_adapters.sql.tables.metadata import metadata


def named_key(text: str, table: str) -> str:
    """Return the name in `Duplicate entry '…' for key 'table.name'`; … may be any text."""
    found = re.search(r"for key '(?:[^']*\.)?(\w+)'\s*$", text)
    name = found[1] if found else ""
    return f"pk_{table}" if name == "PRIMARY" else name


def key_of_columns(text: str) -> str:
    """Return the name of the key over `table.a, table.b`, which is how SQLite names it."""
    named = re.fullmatch(r"index '(\w+)'", text)
    if named:
        return named[1]
    columns = [column.rpartition(".")[2] for column in text.split(", ")]
    table = metadata.tables[text.partition(".")[0]]
    if columns == [column.name for column in table.primary_key.columns]:
        return f"pk_{table.name}"
    keys: list[UniqueConstraint | Index] = [index for index in table.indexes if index.unique]
    keys += [key for key in table.constraints if isinstance(key, UniqueConstraint)]
    for key in keys:
        if columns == [column.name for column in key.columns]:
            return str(key.name)
    return text
