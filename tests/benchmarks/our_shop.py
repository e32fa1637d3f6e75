"""The shop in our tables, on any engine."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, insert

from cashhaven_adapters.sql.search_marks import marks_of
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_adapters.sql.tables.stock import movements, products
from cashhaven_adapters.sql.tables.users import users
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import fold
from tests.benchmarks.scenarios import CLIENTS_IN_THE_BOOKS
from tests.benchmarks.shop import (
    OPENING,
    ROWS_AT_ONCE,
    USERS,
    Shelf,
    cpf_of,
    password_hash,
    shelves,
)
from tests.support.databases import make_tables, opened

_PRICE, _COST = Money.of("10.50"), Money.of("5.00")


def fill_ours(url: str, product_count: int) -> None:
    """Make our tables in an empty database, and put the shop into them."""
    make_tables(url)
    asyncio.run(_fill_ours(url, product_count))


async def _fill_ours(url: str, product_count: int) -> None:
    async with opened(url) as database, database.writing() as session:
        for table, rows in _our_rows(product_count):
            for start in range(0, len(rows), ROWS_AT_ONCE):
                _ = await session.run(insert(table), rows[start : start + ROWS_AT_ONCE])
        await session.commit()


def _our_rows(product_count: int) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    now, full = datetime.now(UTC), Quantity.of(OPENING)
    yield users, [_our_user(number) for number in range(1, USERS + 1)]
    yield clients, [_our_client(number, now) for number in range(1, CLIENTS_IN_THE_BOOKS + 1)]
    yield products, [_our_product(shelf, full) for shelf in shelves(product_count)]
    yield movements, [_opening(number, full, now) for number in range(1, product_count + 1)]
    begun = {"user": USERS, "client": CLIENTS_IN_THE_BOOKS, "product": product_count}
    yield number_sequence, [{"name": n, "next_number": last + 1} for n, last in begun.items()]


def _our_user(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Pessoa {number}",
        "username": f"user{number}",
        "username_folded": f"user{number}",
        "role": "Caixa",
        "administrator": False,
        "password_hash": password_hash(),
        "must_change_password": False,
        "session_version": 1,
        "removed_at": None,
        "version": 1,
    }


def _our_client(number: int, now: datetime) -> dict[str, Any]:
    cpf, phone = Cpf(cpf_of(number)), Phone(f"+55119{number:08}")
    return marks_of(cpf, phone) | {
        "id": number,
        "name": f"Cliente {number}",
        "name_folded": f"cliente {number}",
        "cpf": cpf.as_text(),
        "phone": phone.as_text(),
        "accepts_marketing": False,
        "created_at": now,
        "updated_at": now,
        "anonymised_at": None,
        "version": 1,
    }


def _our_product(shelf: Shelf, balance: Quantity) -> dict[str, Any]:
    return {
        "id": shelf.number,
        "name": shelf.name,
        "name_folded": fold(shelf.name),
        "supplier": shelf.supplier,
        "unit": "un",
        "purchase_price": _COST,
        "sale_price": _PRICE,
        "average_cost": UnitCost.of_price(_COST),
        "minimum": None,
        "balance": balance,
        "active": True,
        "likeness": hashlib.sha256(shelf.name.encode()).digest(),
        "version": 1,
        "changes": 1,
    }


def _opening(number: int, balance: Quantity, now: datetime) -> dict[str, Any]:
    return {
        "product_id": number,
        "reason": "abertura",
        "quantity": balance,
        "balance_before": Quantity.zero(),
        "balance_after": balance,
        "note": None,
        "origin_kind": None,
        "origin_id": None,
        "user_id": 1,
        "at": now,
    }
