"""The shop in the peer's tables."""

from collections.abc import Iterator, Sequence
from typing import Any

import pymysql

from tests.benchmarks.scenarios import CLIENTS_IN_THE_BOOKS
from tests.benchmarks.shop import OPENING, ROWS_AT_ONCE, USERS, cpf_of, password_hash, shelves


def fill_peer(connection: "pymysql.Connection[Any]", schema: str, product_count: int) -> None:
    """Make the peer's tables in an empty database, and put the shop into them."""
    with connection.cursor() as cursor:
        for statement in schema.split(";"):
            if statement.strip():
                cursor.execute(statement)
        for text, rows in _peer_rows(product_count):
            for start in range(0, len(rows), ROWS_AT_ONCE):
                cursor.executemany(text, rows[start : start + ROWS_AT_ONCE])
    connection.commit()


def _peer_rows(product_count: int) -> Iterator[tuple[str, Sequence[tuple[object, ...]]]]:
    yield (
        "INSERT INTO usuarios (id, nome, usuario, senha_hash, cargo) VALUES (%s,%s,%s,%s,%s)",
        [(n, f"Pessoa {n}", f"user{n}", password_hash(), "Caixa") for n in range(1, USERS + 1)],
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
