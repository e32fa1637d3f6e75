"""Column types that mean the same on every engine."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import BINARY, BLOB, BigInteger, Boolean, DateTime, Integer, Numeric, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity


class ExactNumber(Protocol):
    """A value object around one exact number."""

    @property
    def amount(self) -> Decimal:
        """The number."""
        ...

    def __init__(self, amount: Decimal) -> None: ...


N = TypeVar("N", bound=ExactNumber)


class ExactDecimal(TypeDecorator[Decimal]):
    """Decimals without loss: DECIMAL where it exists; on SQLite an integer of the smallest step.

    Sums and differences are exact everywhere. Products are not: SQLite would scale them twice.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See SQLAlchemy."""
        return BigInteger() if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Write the number."""
        if value is None or dialect.name != "sqlite":
            return value
        scaled = value.scaleb(self.scale)
        assert scaled == scaled.to_integral_value(), "a finer number than the column holds"
        return int(scaled)

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        """Read the number."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(value).scaleb(-self.scale)
        return Decimal(value)


class _ExactColumn(TypeDecorator[N]):
    impl = ExactDecimal
    cache_ok = True
    kind: type[N]

    def process_bind_param(self, value: N | None, dialect: Dialect) -> Decimal | None:
        """Write the value."""
        return None if value is None else value.amount

    def process_result_value(self, value: Decimal | None, dialect: Dialect) -> N | None:
        """Read the value."""
        return None if value is None else self.kind(value)


class MoneyColumn(_ExactColumn[Money]):
    """Money, to the cent."""

    cache_ok = True
    kind = Money

    def __init__(self) -> None:
        super().__init__(12, 2)


class QuantityColumn(_ExactColumn[Quantity]):
    """A quantity, to a thousandth."""

    cache_ok = True
    kind = Quantity

    def __init__(self) -> None:
        super().__init__(12, 3)


class CostColumn(_ExactColumn[UnitCost]):
    """An average cost, to four decimals."""

    cache_ok = True
    kind = UnitCost

    def __init__(self) -> None:
        super().__init__(14, 4)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond; the zone is ours to know, the engines keep none."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See SQLAlchemy."""
        return DateTime() if dialect.name == "sqlite" else mysql.DATETIME(fsp=6)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write the moment."""
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment without a zone is none"
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read the moment."""
        return None if value is None else value.replace(tzinfo=UTC)


class Id(BigInteger):
    """A number that the domain gave."""


class AutoId(TypeDecorator[int]):
    """A number that the storage gives; rising, with gaps, and not in the order of commits."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See SQLAlchemy."""
        # Only an INTEGER PRIMARY KEY counts by itself on SQLite; it has 64 bits all the same.
        return Integer() if dialect.name == "sqlite" else BigInteger()


class Count(Integer):
    """A version or another small number that only rises."""


class Flag(Boolean):
    """Yes or no."""


def Key(length: int) -> TypeEngine[str]:  # noqa: N802 - it reads as a type in the tables
    """Return the type of technical text: ASCII, compared byte by byte."""
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
    )


def Word(length: int) -> TypeEngine[str]:  # noqa: N802 - it reads as a type in the tables
    """Return the type of people's text of a line, compared character by character.

    To search without case and accents, keep `fold(text)` in a column of its own.
    """
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb"
    )


def Note() -> TypeEngine[str]:  # noqa: N802 - it reads as a type in the tables
    """Return the type of long text and of documents."""
    return Text().with_variant(
        mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb"
    )


def Binary(length: int) -> TypeEngine[bytes]:  # noqa: N802 - it reads as a type in the tables
    """Return the type of exactly so many bytes."""
    # On SQLite a type is an affinity, and BINARY would mean numbers.
    return BINARY(length).with_variant(BLOB(), "sqlite")
