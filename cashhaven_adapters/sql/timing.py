"""How long statements take, and telling about those that take too long."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

from cashhaven_adapters.sql.statements import Statement

TellSlow: TypeAlias = Callable[[str, float], None]
"""Takes a statement's text, without its values, and the seconds it took."""

NoteSent: TypeAlias = Callable[[Sequence[Statement], float], None]
"""Takes statements that were sent together, and the seconds that all of them took."""

_BEGAN = "cashhaven_statement_began"
_log = logging.getLogger("cashhaven.sql")


def write_slow(statement: str, seconds: float) -> None:
    """Write one line in the log."""
    _log.warning(
        "slow_statement",
        extra={"statement": " ".join(statement.split()), "duration_ms": round(seconds * 1000, 1)},
    )


def time_statements(engine: AsyncEngine, threshold: float, tell: TellSlow) -> None:
    """Tell about every statement that takes longer than the threshold, in seconds."""

    def before(connection: Connection, *rest: object) -> None:
        connection.info[_BEGAN] = time.perf_counter()

    def after(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        seconds = time.perf_counter() - connection.info.pop(_BEGAN)
        if seconds >= threshold:
            tell(statement, seconds)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)


def noting_slow(threshold: float, tell: TellSlow) -> NoteSent:
    """Return what tells about statements sent together that take longer than the threshold."""

    def note(statements: Sequence[Statement], seconds: float) -> None:
        if seconds >= threshold:
            tell("; ".join(statement.as_bound()[0] for statement in statements), seconds)

    return note
