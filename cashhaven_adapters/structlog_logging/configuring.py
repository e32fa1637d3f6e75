"""Setting up the log: one stream of lines, an object each for machines, or text for a person."""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from cashhaven_adapters.structlog_logging.buffering import BufferedStream
from cashhaven_adapters.structlog_logging.encoding import as_json, as_text
from cashhaven_adapters.structlog_logging.frequent import Lane
from cashhaven_adapters.structlog_logging.redaction import redact

# What these say at lower levels is said better by our own lines, or is of no use to a shop.
_QUIET = {"aiosqlite": logging.INFO, "alembic": logging.WARNING, "uvicorn": logging.WARNING}


def configure_logging(
    *,
    level: str = "INFO",
    style: str = "auto",
    stream: TextIO | None = None,
    everywhere: Mapping[str, object] | None = None,
) -> None:
    """Send everything that is logged in this process to the stream, standard output by default.

    `style` is `json`, `text`, or `auto`: text when the stream is a terminal. `everywhere` stands in
    every line.
    """
    target = sys.stdout if stream is None else stream
    text = style == "text" or (style == "auto" and target.isatty())
    render: Processor = as_text if text else as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _stamp,
    ]
    processors: list[Processor] = [
        *shared,
        structlog.processors.format_exc_info,
        redact,
        render,
    ]
    buffered = BufferedStream(target)
    _ = structlog.contextvars.bind_contextvars(**(everywhere or {}))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=buffered),  # type: ignore[arg-type]  # it writes and flushes
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(buffered)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _name_logger],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, lowest in _QUIET.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))
    is_quick = not text and root.level <= logging.INFO
    Lane.current = Lane(buffered, processors, render, everywhere or {}) if is_quick else None


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["ts"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _name_logger(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
    return event
