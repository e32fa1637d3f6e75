"""The same shop for both sides: users, clients and products with a full shelf and open books."""

import asyncio
import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pymysql
from argon2 import PasswordHasher
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
from tests.support.databases import make_tables, opened

USERS = 100
PASSWORD = "senha123"
OPENING = 99_000
"""Of each product: just under the most that a shelf may hold, and more than any run takes."""
_AT_ONCE = 1_000
_PRICE, _COST = Money.of("10.50"), Money.of("5.00")
_WORDS = (
    *("acai", "copo", "granola", "banana", "morango", "leite", "suco", "pastel", "coxinha", "bolo"),
    *("cafe", "queijo", "pao", "arroz", "feijao", "batata", "frango", "carne", "peixe", "salada"),
    *("agua", "refri", "cerveja", "vinho", "sorvete", "calda", "nutella", "pizza", "lanche"),
    "combo",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product as both sides know it."""

    number: int
    name: str
    supplier: str


def shelves(count: int) -> Iterator[Shelf]:
    """Give the products, the same at every call."""
    chance = random.Random(7)
    for number in range(1, count + 1):
        name = f"{' '.join(chance.sample(_WORDS, 3))} {number}"
        yield Shelf(number, name, f"Fornecedor {number % 40}")


def cpf_of(number: int) -> str:
    """Return the CPF of a client: the number and the check digits that belong to it."""
    digits = f"{number:09d}"
    for length in (9, 10):
        weighed = sum(int(digit) * (length + 1 - place) for place, digit in enumerate(digits))
        digits += str(weighed * 10 % 11 % 10)
    return digits


def fill_ours(url: str, product_count: int) -> None:
    """Make our tables in an empty database, and put the shop into them."""
    make_tables(url)
    asyncio.run(_fill_ours(url, product_count))


async def _fill_ours(url: str, product_count: int) -> None:
    async with opened(url) as database, database.writing() as session:
        for table, rows in _our_rows(product_count):
            for start in range(0, len(rows), _AT_ONCE):
                _ = await session.run(insert(table), rows[start : start + _AT_ONCE])
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
        "password_hash": _password_hash(),
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


def fill_peer(connection: "pymysql.Connection[Any]", schema: str, product_count: int) -> None:
    """Make the peer's tables in an empty database, and put the shop into them."""
    with connection.cursor() as cursor:
        for statement in schema.split(";"):
            if statement.strip():
                cursor.execute(statement)
        for text, rows in _peer_rows(product_count):
            for start in range(0, len(rows), _AT_ONCE):
                cursor.executemany(text, rows[start : start + _AT_ONCE])
    connection.commit()


def _peer_rows(product_count: int) -> Iterator[tuple[str, Sequence[tuple[object, ...]]]]:
    yield (
        "INSERT INTO usuarios (id, nome, usuario, senha_hash, cargo) VALUES (%s,%s,%s,%s,%s)",
        [(n, f"Pessoa {n}", f"user{n}", _password_hash(), "Caixa") for n in range(1, USERS + 1)],
    )
    yield (
        "INSERT INTO clientes (id, nome, cpf, telefone) VALUES (%s,%s,%s,%s)",
        [(n, f"Cliente {n}", cpf_of(n), f"119{n:08}") for n in range(1, CLIENTS_IN_THE_BOOKS + 1)],
    )
    yield (
        "INSERT INTO produtos (id, nome, saldo, preco_custo, preco_venda, fornecedor)"
        " VALUES (%s,%s,%s,%s,%s,%s)",
        [
            (shelf.number, shelf.name, OPENING, "5.00", "10.50", shelf.supplier)
            for shelf in shelves(product_count)
        ],
    )
    yield (
        "INSERT INTO estoque_movimentos (produto_id, tipo, quantidade) VALUES (%s,%s,%s)",
        [(n, "abertura", OPENING) for n in range(1, product_count + 1)],
    )


@cache
def _password_hash() -> str:
    """Return the hash that both sides verify: the cost is the product's own."""
    return PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1).hash(PASSWORD)
