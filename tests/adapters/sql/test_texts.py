"""Values in the texts of statements: each comes back as it was, whatever it holds."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.statements import Change, Insert, Into, Question, listing
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_adapters.sql.tables.stock import movements
from cashhaven_adapters.sql.texts import literal
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity

HOSTILE = [
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "\\\\'; COMMIT; --",
    '"',
    "`",
    "\0",
    "a\0b\x1ac",
    "\n\r\t\b",
    "%s %d %% ? ?1 :name",
    "'); DROP TABLE client; --",
    ";COMMIT;",
    "/* */ # --",
    "Açaí 🥝 \U0010ffff",
    "\u2019\u02bc\uff07",
    "\xbf'\xbf\\",
    "x" * 300_000,
]
AT = datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)
_TEXTS = Into(outbox, "event_id", "topic", "kind", "aggregate_id", "payload", "created_at")


async def read_back(database: Database, *rows: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Write rows into the outbox, and read them as they are stored."""
    async with database.writing() as session:
        session.collect(Insert(_TEXTS, rows))
        await session.commit()
    text = "SELECT event_id, topic, kind, aggregate_id, payload, created_at FROM outbox ORDER BY id"
    kinds = (bytes, str, str, int, str, datetime)
    async with database.reading() as session:
        (found,) = await session.ask(Question("outbox", text + " LIMIT %s", (1000,), kinds))
    return found


def a_row(number: int, payload: str) -> tuple[object, ...]:
    return number.to_bytes(16, "big"), "topic", PaymentMethod.PIX, -number, payload, AT


async def test_hostile_texts_come_back_as_they_were(database: Database) -> None:
    rows = [a_row(number, text) for number, text in enumerate(HOSTILE)]
    assert await read_back(database, *rows) == rows


async def test_hostile_texts_are_looked_for_as_they_are(database: Database) -> None:
    rows = [a_row(number, text) for number, text in enumerate(HOSTILE)]
    _ = await read_back(database, *rows)
    text = listing("SELECT payload FROM outbox WHERE payload IN (...)", HOSTILE)
    async with database.reading() as session:
        (found,) = await session.ask(Question("outbox", text, HOSTILE, (str,)))
    assert sorted(payload for (payload,) in found) == sorted(HOSTILE)


async def test_every_byte_and_every_moment_comes_back(database: Database) -> None:
    moments = [
        AT,
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2024, 1, 15, 10, 0, 0, 1, tzinfo=timezone(timedelta(hours=-3))),
    ]
    rows = [
        (bytes(range(start, start + 16)), "t", "k", 2**63 - 1, "{}", moments[start % 3])
        for start in range(0, 256, 16)
    ]
    assert await read_back(database, *rows) == rows


async def test_exact_numbers_nothing_and_truth_come_back(database: Database) -> None:
    async with database.writing() as session:
        session.collect(
            Insert(
                Into(clients, "id", "accepts_marketing", "created_at", "updated_at", "version"),
                [(1, True, AT, AT, 1), (2, False, AT, AT, 1)],
            )
        )
        await session.commit()
    text = "SELECT id, accepts_marketing, name FROM client WHERE id > %s ORDER BY id"
    async with database.reading() as session:
        (found,) = await session.ask(Question("client", text, (0,), (int, bool, str)))
    assert found == [(1, True, None), (2, False, None)]


def test_numbers_are_written_without_an_exponent() -> None:
    assert literal(Money.of("-9999999999.99")) == "-9999999999.99"
    assert literal(Money.of("0.01")) == "0.01"
    assert literal(Quantity.of("-0.001")) == "-0.001"
    assert literal(Quantity.of(99999)) == "99999.000"
    assert literal(UnitCost(Decimal("0.0001"))) == "0.0001"
    assert (literal(True), literal(None), literal(-5)) == ("1", "NULL", "-5")


def test_what_is_no_value_gets_into_no_text() -> None:
    for nothing in (1.5, Decimal(1), object(), ["a"], {"a": 1}, bytearray(b"x")):
        with pytest.raises(TypeError):
            _ = literal(nothing)


def test_a_moment_without_a_zone_is_none() -> None:
    with pytest.raises(AssertionError):
        _ = literal(datetime(2024, 1, 1))  # noqa: DTZ001 - that is what is refused


async def test_a_long_insert_is_written_in_pieces(database: Database) -> None:
    rows = [a_row(number, "x" * 100_000) for number in range(12)]
    insert = Insert(_TEXTS, rows)
    assert len(list(insert.as_texts())) == 6
    assert await read_back(database, *rows) == rows


async def test_many_changes_are_done_for_each_row(database: Database) -> None:
    rows = [(7, f"key {number}", "sell", b"f" * 32, AT) for number in range(3)]
    claims = Into(
        idempotency, "principal_id", "operation_key", "operation", "fingerprint", "created_at"
    )
    gone = "DELETE FROM idempotency WHERE principal_id = %s AND operation_key = %s"
    async with database.writing() as session:
        session.collect(Insert(claims, rows))
        session.collect(Change("idempotency", gone, [(7, "key 0"), (7, "key 2")]))
        await session.commit()
    async with database.reading() as session:
        question = Question(
            "idempotency",
            "SELECT operation_key FROM idempotency WHERE principal_id = %s",
            (7,),
            (str,),
        )
        assert await session.ask(question) == [[("key 1",)]]


def test_columns_that_a_table_does_not_have_are_noticed_at_once() -> None:
    with pytest.raises(KeyError):
        _ = Into(movements, "no_column")
