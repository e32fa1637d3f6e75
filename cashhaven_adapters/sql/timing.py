"""How long statements take, and telling about those that take too long."""

import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

TellSlow: TypeAlias = Callable[[str, float], None]
"""Takes a statement's text, without its values, and the seconds it took."""

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
