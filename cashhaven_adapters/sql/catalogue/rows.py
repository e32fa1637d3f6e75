"""Products out of the database as fast as Python reads them: raw numbers, shared values."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, select, type_coerce
from sqlalchemy.types import NullType

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import StoredProduct

AT_ONCE = 1_000
"""How many rows are read by one statement: they are made into products without a pause."""


class KeptProduct(NamedTuple):
    """A row as the catalogue keeps it."""

    id: int
    folded_name: str
    product: StoredProduct | None
    """None when it was removed."""


def _as_it_comes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, NullType())


_KEPT = (
    products.c.id,
    products.c.name_folded,
    products.c.name,
    products.c.supplier,
    products.c.unit,
    _as_it_comes(products.c.purchase_price),
    _as_it_comes(products.c.sale_price),
    _as_it_comes(products.c.minimum),
    _as_it_comes(products.c.balance),
    products.c.version,
    products.c.active,
)
_UNITS = {str(unit): unit for unit in Unit}


async def read_from(session: SqlSession, after_id: int) -> list[KeptProduct]:
    """Return the next products by id."""
    return await _read(session, select(*_KEPT).where(products.c.id > after_id).limit(AT_ONCE))


async def read_these(session: SqlSession, ids: Collection[int]) -> list[KeptProduct]:
    """Return these products."""
    found: list[KeptProduct] = []
    for part in _parts_of(sorted(ids)):
        found += await _read(session, select(*_KEPT).where(products.c.id.in_(part)))
    return found


def _parts_of(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


async def _read(session: SqlSession, wanted: Select[*tuple[Any, ...]]) -> list[KeptProduct]:
    return [_kept(row) for row in await session.rows(wanted.order_by(products.c.id))]


def _kept(row: Row[*tuple[Any, ...]]) -> KeptProduct:
    number, folded, name, supplier, unit, bought, sold, minimum, balance, version, active = row
    if not active:
        return KeptProduct(number, folded, None)
    product = StoredProduct(
        id=ProductId(number),
        name=name,
        supplier=_shared(supplier),
        unit=_UNITS[unit],
        purchase_price=_money(bought),
        sale_price=_money(sold),
        minimum=None if minimum is None else _quantity(minimum),
        balance=_quantity(balance),
        version=version,
    )
    return KeptProduct(number, name if folded == name else folded, product)


@lru_cache(maxsize=4_096)
def _shared(text: str) -> str:
    """Return the one copy of a text that many rows hold."""
    return text


@lru_cache(maxsize=16_384)
def _money(stored: Decimal | int) -> Money:
    return Money.of_cents(_steps(stored, 2))


@lru_cache(maxsize=16_384)
def _quantity(stored: Decimal | int) -> Quantity:
    return Quantity.of_thousandths(_steps(stored, 3))


def _steps(stored: Decimal | int, places: int) -> int:
    """Return the number in units of its last place, as SQLite has it in the first place."""
    return stored if isinstance(stored, int) else int(stored.scaleb(places))
