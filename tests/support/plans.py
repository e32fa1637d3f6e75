"""How the engines go about a statement: which tables they read, and by which index."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, UniqueConstraint, event

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Statement as SentStatement
from cashhaven_adapters.sql.tables.schema import schema
from cashhaven_adapters.sql.types import AutoId
from tests.support.sent import texts_of, watched

WHOLE = "whole table"
PRIMARY = "primary key"
_SORTED = ", then sorted"


@dataclass(frozen=True, slots=True)
class Statement:
    """What was sent to the driver."""

    text: str
    parameters: Any

    @property
    def ends_early(self) -> bool:
        """Whether it stops after a page."""
        return " LIMIT " in " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Access:
    """How a statement comes to the rows of one table."""

    table: str
    index: str
    """The index, or `WHOLE`."""
    walked: bool = False
    """Whether the index is read from one end, not from a place within."""
    is_sorted: bool = False
    """Whether the rows are sorted afterwards."""

    def __str__(self) -> str:
        walked = " from one end" if self.walked else ""
        return f"{self.index}{walked}{_SORTED if self.is_sorted else ''}"


@asynccontextmanager
async def noted(database: Database) -> AsyncIterator[list[Statement]]:
    """Give the list of the statements that find or change rows while the block lasts."""
    statements: list[Statement] = []

    def note(text: str, parameters: Any) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE)\b", text):
            statements.append(Statement(text, parameters))

    def note_executed(
        connection: Connection, cursor: object, text: str, parameters: Any, context: Any, many: bool
    ) -> None:
        note(text, parameters[0] if many else parameters)

    def look(sent: Sequence[SentStatement]) -> Sequence[SentStatement]:
        for statement in sent:
            for text, parameters in texts_of(database, statement):
                note(text, parameters)
        return sent

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note_executed)
    try:
        with watched(database, look):
            yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note_executed)


async def accesses_of(database: Database, statement: Statement) -> list[Access]:
    """Return how the engine would run the statement now."""
    explain = "EXPLAIN QUERY PLAN" if database.dialect.one_writer else "EXPLAIN FORMAT=TRADITIONAL"

    def ask(connection: Connection) -> list[Mapping[str, Any]]:
        result = connection.exec_driver_sql(f"{explain} {statement.text}", statement.parameters)
        return [dict(row) for row in result.mappings()]

    async with database.reading() as session:
        rows = await session.call(ask)
    if database.dialect.one_writer:
        return _of_sqlite([str(row["detail"]) for row in rows], statement)
    return [access for row in rows if (access := _of_server(row)) is not None]


def _of_sqlite(lines: list[str], statement: Statement) -> list[Access]:
    is_sorted = any(line.startswith("USE TEMP B-TREE FOR ORDER BY") for line in lines)
    found = []
    for line in lines:
        step = re.match(r"(SCAN|SEARCH) (\w+)(?:.* USING (?:COVERING )?(.*?)(?: \(.*)?)?$", line)
        if step is None or step[2] not in schema.tables:
            continue
        kind, table, index = step.groups()
        walked = kind == "SCAN"
        if index is None:
            # Rows lie by their number: a page in that order is read from one end of the table.
            in_order = not is_sorted and " ORDER BY " in " ".join(statement.text.split())
            index = PRIMARY if in_order and statement.ends_early else WHOLE
            walked = index == PRIMARY
        found.append(Access(table, _named(table, index), walked, is_sorted))
    return found


def _named(table: str, index: str) -> str:
    """Return the name that the index has on every engine; SQLite numbers those of constraints."""
    if index in {WHOLE, PRIMARY}:
        return index
    if index.startswith("INTEGER PRIMARY KEY"):
        return PRIMARY
    name = index.removeprefix("INDEX ")
    if not name.startswith("sqlite_autoindex"):
        return name
    declared = schema.tables[table]
    # A number that SQLite gives out is the row's own, and has no index beside the table.
    has_one = not isinstance(next(iter(declared.primary_key.columns)).type, AutoId)
    if has_one and name.endswith("_1"):
        return PRIMARY
    unique = sorted(str(it.name) for it in declared.constraints if isinstance(it, UniqueConstraint))
    return " or ".join(unique)


def _of_server(row: Mapping[str, Any]) -> Access | None:
    table, kind, key = row["table"], row["type"], row["key"]
    if table not in schema.tables or (kind in {None, "const", "system"} and key is None):
        return None
    is_sorted = "Using filesort" in str(row["Extra"])
    if kind == "ALL" or key is None:
        return Access(table, WHOLE, is_sorted=is_sorted)
    name = PRIMARY if key == "PRIMARY" else str(key)
    return Access(table, name, walked=kind == "index", is_sorted=is_sorted)
