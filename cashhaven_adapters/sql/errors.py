"""What a driver's error means: the one place that knows error numbers."""

import re
from collections.abc import Callable, Mapping
from enum import Enum, auto

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from cashhaven_adapters.sql.constraint_names import key_of_columns, named_key
from cashhaven_domain.shared.errors import (
    DomainError,
    OutcomeUnknown,
    StorageBusy,
    StorageConflict,
    StorageFull,
    StorageLost,
    Unavailable,
)

# MySQL and MariaDB, Galera, Group Replication; 8002 to 9007 are TiDB's. After 1205 only the
# statement was undone: the session refuses to go on, so that no half transaction is ever committed.
CONFLICTS = frozenset({1020, 1205, 1213, 3101, 3572, 8002, 8022, 8028, 9007})
TOO_MANY = frozenset({1040, 1203, 1226})
TOOK_TOO_LONG = frozenset({1317, 1969, 3024})
READ_ONLY = frozenset({1290, 1836, 3100})
LOST = frozenset(
    {0, 1047, 1053, 1152, 1158, 1159, 1160, 1161, 1927, 2002, 2003, 2006, 2013, 2014, 2045, 2055}
    | {4031}
)
FULL = frozenset({28, 1021, 1114})
UNIQUE = frozenset({1062, 1586})
FOREIGN_KEY = frozenset({1451, 1452})
CHECK = frozenset({3819, 4025})

SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY = 5, 6, 8
SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_CONSTRAINT = 10, 13, 14, 19

ANY_FOREIGN_KEY = "fk_"
"""Stands for the foreign key that SQLite does not name."""

Refusals = Mapping[str, Callable[[], DomainError]]


class Phase(Enum):
    """How far the transaction had come."""

    BEFORE_COMMIT = auto()
    COMMIT = auto()


class StorageDefectError(Exception):
    """The database refused what it should never have been asked: a bug of ours.

    Its text names no values: they may be somebody's.
    """


class BrokenConstraintError(StorageDefectError):
    """A statement ran into a constraint, given by name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"constraint {name}")
        self.name = name

    def as_refusal(self, refusals: Refusals) -> Exception:
        """Return the refusal that the constraint stands for, else the bug that it uncovers."""
        for name, refuse in refusals.items():
            if name == self.name or (
                self.name == ANY_FOREIGN_KEY and name.startswith(ANY_FOREIGN_KEY)
            ):
                return refuse()
        return self


def meaning_of(
    error: Exception, phase: Phase, table: str = ""
) -> Unavailable | BrokenConstraintError | StorageDefectError:
    """Return what the error means in this phase of a transaction; `table` is the one written to."""
    if isinstance(error, PoolTimeoutError):
        return StorageBusy()
    cause: BaseException | None = error
    if isinstance(error, StatementError):
        cause = error.orig
    invalidated = isinstance(error, DBAPIError) and error.connection_invalidated
    if isinstance(cause, OSError | EOFError):
        return _lost(phase)
    number = getattr(cause, "sqlite_errorcode", None)
    if isinstance(number, int):
        return _meaning_in_sqlite(number & 0xFF, str(cause), phase)
    number = cause.args[0] if cause is not None and cause.args else None
    if isinstance(number, int):
        return _meaning_by_number(number, str(cause.args[-1]) if cause else "", phase, table)
    if invalidated:
        return _lost(phase)
    return StorageDefectError(f"{type(cause).__name__} in {_statement_of(error)}")


def is_about_connection(meaning: Exception) -> bool:
    """Whether the connection is of no use any more."""
    return isinstance(meaning, StorageLost | OutcomeUnknown)


def _meaning_by_number(
    number: int, text: str, phase: Phase, table: str
) -> Unavailable | BrokenConstraintError | StorageDefectError:
    if number in CONFLICTS:
        return StorageConflict()
    if number in TOO_MANY:
        return StorageBusy()
    if number in TOOK_TOO_LONG:
        return StorageBusy() if phase is Phase.BEFORE_COMMIT else OutcomeUnknown()
    if number in READ_ONLY:
        return StorageLost()
    if number in LOST:
        return _lost(phase)
    if number in FULL:
        return StorageFull()
    if number in UNIQUE:
        return BrokenConstraintError(named_key(text, table))
    if number in FOREIGN_KEY | CHECK:
        found = re.search(r"CONSTRAINT [`'](\w+)[`']", text, re.IGNORECASE)
        found = found or re.search(r"[`'](\w+)[`']", text)
        return BrokenConstraintError(found[1] if found else f"{number}")
    return StorageDefectError(f"error {number}")


def _meaning_in_sqlite(
    number: int, text: str, phase: Phase
) -> Unavailable | BrokenConstraintError | StorageDefectError:
    if number in {SQLITE_BUSY, SQLITE_LOCKED}:
        return StorageConflict()
    if number in {SQLITE_CANTOPEN, SQLITE_READONLY}:
        return StorageLost()
    if number == SQLITE_IOERR:
        return _lost(phase)
    if number == SQLITE_FULL:
        return StorageFull()
    if number != SQLITE_CONSTRAINT:
        return StorageDefectError(f"SQLite error {number}")
    kind, _, what = text.partition(" constraint failed")
    what = what.removeprefix(": ")
    if kind == "FOREIGN KEY":
        return BrokenConstraintError(ANY_FOREIGN_KEY)
    if kind == "UNIQUE":
        return BrokenConstraintError(key_of_columns(what))
    return BrokenConstraintError(what)


def _lost(phase: Phase) -> Unavailable:
    return StorageLost() if phase is Phase.BEFORE_COMMIT else OutcomeUnknown()


def _statement_of(error: Exception) -> str:
    statement = error.statement if isinstance(error, StatementError) else None
    return statement or "no statement"
