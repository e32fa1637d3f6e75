"""What drivers' errors mean, number by number."""

import sqlite3

import pymysql.err
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from cashhaven_adapters.sql.errors import (
    BrokenConstraintError,
    Phase,
    StorageDefectError,
    meaning_of,
)
from cashhaven_adapters.sql.tables.schema import schema
from cashhaven_domain.shared.errors import (
    Conflict,
    DomainError,
    OutcomeUnknown,
    StorageBusy,
    StorageConflict,
    StorageFull,
    StorageLost,
)

BEFORE, COMMIT = Phase.BEFORE_COMMIT, Phase.COMMIT


def wrapped(cause: Exception, *, invalidated: bool = False) -> DBAPIError:
    return OperationalError("UPDATE …", {}, cause, connection_invalidated=invalidated)


def numbered(number: int, text: str = "…") -> DBAPIError:
    return wrapped(pymysql.err.OperationalError(number, text))


def in_sqlite(code: int, text: str) -> DBAPIError:
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return wrapped(cause)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("number", [1213, 1020, 1205, 3101, 3572, 8002, 8022, 8028, 9007])
def test_lost_conflicts_are_tried_again(number: int, phase: Phase) -> None:
    assert type(meaning_of(numbered(number), phase)) is StorageConflict


@pytest.mark.parametrize("number", [1040, 1203, 1226])
def test_a_full_server_is_busy(number: int) -> None:
    assert type(meaning_of(numbered(number), BEFORE)) is StorageBusy


@pytest.mark.parametrize("number", [0, 1047, 1053, 1927, 2002, 2003, 2006, 2013, 2014, 4031])
def test_a_lost_connection_leaves_the_outcome_open_only_at_the_commit(number: int) -> None:
    assert type(meaning_of(numbered(number), BEFORE)) is StorageLost
    assert type(meaning_of(numbered(number), COMMIT)) is OutcomeUnknown


@pytest.mark.parametrize("number", [1290, 1836, 3100])
@pytest.mark.parametrize("phase", Phase)
def test_a_server_that_may_not_write_has_not_written(number: int, phase: Phase) -> None:
    assert type(meaning_of(numbered(number), phase)) is StorageLost


@pytest.mark.parametrize("number", [1317, 1969, 3024])
def test_a_statement_that_took_too_long_was_undone(number: int) -> None:
    assert type(meaning_of(numbered(number), BEFORE)) is StorageBusy
    assert type(meaning_of(numbered(number), COMMIT)) is OutcomeUnknown


@pytest.mark.parametrize("number", [28, 1021, 1114])
def test_no_space_is_no_space(number: int) -> None:
    assert type(meaning_of(numbered(number), BEFORE)) is StorageFull


@pytest.mark.parametrize("number", [1264, 1366, 1406, 1690, 1064, 1146])
def test_what_we_should_never_have_asked_is_a_bug(number: int) -> None:
    assert str(meaning_of(numbered(number, "'Maria'"), BEFORE)) == f"error {number}"


@pytest.mark.parametrize(
    "cause", [ConnectionResetError(), BrokenPipeError(), EOFError(), TimeoutError()]
)
def test_a_broken_socket_is_a_lost_connection(cause: Exception) -> None:
    assert type(meaning_of(cause, BEFORE)) is StorageLost
    assert type(meaning_of(wrapped(cause), COMMIT)) is OutcomeUnknown


def test_an_invalidated_connection_is_a_lost_one() -> None:
    cause = wrapped(pymysql.err.InterfaceError("closed"), invalidated=True)
    assert type(meaning_of(cause, BEFORE)) is StorageLost


def test_an_empty_pool_is_busy() -> None:
    assert type(meaning_of(PoolTimeoutError("…"), BEFORE)) is StorageBusy


@pytest.mark.parametrize("code", [5, 6, 5 | 2 << 8, 6 | 1 << 8])
def test_sqlite_under_contention_is_tried_again(code: int) -> None:
    assert type(meaning_of(in_sqlite(code, "database is locked"), BEFORE)) is StorageConflict


@pytest.mark.parametrize(
    ("code", "meaning"), [(13, StorageFull), (14, StorageLost), (8, StorageLost), (10, StorageLost)]
)
def test_sqlite_without_its_file(code: int, meaning: type[DomainError]) -> None:
    assert type(meaning_of(in_sqlite(code, "…"), BEFORE)) is meaning


def test_sqlite_that_cannot_write_its_log_at_the_commit_leaves_the_outcome_open() -> None:
    assert type(meaning_of(in_sqlite(10, "disk I/O error"), COMMIT)) is OutcomeUnknown


def test_other_errors_of_sqlite_are_bugs() -> None:
    assert isinstance(meaning_of(in_sqlite(1, "no such table"), BEFORE), StorageDefectError)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (numbered(1062, "Duplicate entry 'a' for key 'uq_sale_operation_key'"), None),
        (numbered(1062, "Duplicate entry 'a' for key 'sale.uq_sale_operation_key'"), None),
        (
            numbered(
                1062, "Duplicate entry 'x' for key 'pk_evil'' for key 'uq_sale_operation_key'"
            ),
            None,
        ),
        (numbered(1062, "Duplicate entry '1' for key 'PRIMARY'"), "pk_sale"),
        (numbered(1062, "Duplicate entry '1' for key 'sale.PRIMARY'"), "pk_sale"),
        (
            numbered(
                1452,
                "Cannot add or update a child row: a foreign key constraint fails "
                "(`shop`.`sale`, CONSTRAINT `fk_sale_product_id` FOREIGN KEY (`product_id`) …)",
            ),
            "fk_sale_product_id",
        ),
        (numbered(4025, "CONSTRAINT `ck_sale_total` failed for `shop`.`sale`"), "ck_sale_total"),
        (numbered(3819, "Check constraint 'ck_sale_total' is violated."), "ck_sale_total"),
        (in_sqlite(2067, "UNIQUE constraint failed: sale.operation_key"), None),
        (in_sqlite(1555, "UNIQUE constraint failed: sale.id"), "pk_sale"),
        (
            in_sqlite(1555, "UNIQUE constraint failed: order_item.order_id, order_item.position"),
            "pk_order_item",
        ),
        (in_sqlite(275, "CHECK constraint failed: ck_sale_total"), "ck_sale_total"),
        (in_sqlite(2067, "UNIQUE constraint failed: index 'ix_by_hand'"), "ix_by_hand"),
        (in_sqlite(1299, "NOT NULL constraint failed: sale.total"), "sale.total"),
    ],
)
def test_constraints_are_known_by_name(error: DBAPIError, name: str | None) -> None:
    meaning = meaning_of(error, BEFORE, "sale")
    assert isinstance(meaning, BrokenConstraintError)
    assert meaning.name == (name or "uq_sale_operation_key")


def test_a_broken_constraint_is_the_refusal_that_was_given_for_it_else_a_bug() -> None:
    broken = BrokenConstraintError("uq_sale_operation_key")
    assert type(broken.as_refusal({"uq_sale_operation_key": Conflict})) is Conflict
    assert isinstance(broken.as_refusal({"uq_other": Conflict}), StorageDefectError)


def test_the_nameless_foreign_key_of_sqlite_is_the_one_that_was_expected() -> None:
    broken = meaning_of(in_sqlite(787, "FOREIGN KEY constraint failed"), BEFORE)
    assert isinstance(broken, BrokenConstraintError)
    expected = {"uq_sale_operation_key": StorageFull, "fk_sale_product_id": Conflict}
    assert type(broken.as_refusal(expected)) is Conflict


def test_no_two_constraints_have_the_same_name() -> None:
    names: list[str] = []
    for table in schema.tables.values():
        names += [str(constraint.name) for constraint in table.constraints]
        names += [str(index.name) for index in table.indexes]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 64
