"""A shop with thousands of rows in every table, for questions that only size answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.search_marks import marks_of
from cashhaven_adapters.sql.tables.clients import clients
from cashhaven_adapters.sql.tables.numbers import number_sequence
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_adapters.sql.tables.orders import (
    fiscal_documents,
    order_items,
    order_numbers,
    order_payments,
    order_steps,
    orders,
)
from cashhaven_adapters.sql.tables.outbox import outbox
from cashhaven_adapters.sql.tables.parameters import parameters
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_adapters.sql.tables.schema import schema
from cashhaven_adapters.sql.tables.stock import movements, prices, products
from cashhaven_adapters.sql.tables.stream import stream_head
from cashhaven_adapters.sql.tables.users import ended_tokens, user_guard, users
from cashhaven_domain.orders.fiscal_document import FiscalStatus
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity

MANY = 2_000
A_YEAR = 10_000
"""Of what grows with time. A small table is read whole where a large one is not."""
WAITING = 20
"""So many events have no place yet."""
FIRST = datetime(2024, 1, 1, 11, 0, tzinfo=UTC)
_AT_ONCE = 1_000
_ORDER_STATES = [state.value for state in OrderStatus]
_FISCAL_STATES = [state.value for state in FiscalStatus]
_PRICE, _COST = Money.of("12.00"), UnitCost.of_price(Money.of("5.50"))
_MONEY = {"unit_price": _PRICE, "list_price": _PRICE, "total": _PRICE, "average_cost": _COST}


async def fill(database: Database) -> None:
    """Put many rows into every table, and let the engine look at them."""
    async with database.writing() as session:
        for table, rows in _tables():
            for start in range(0, len(rows), _AT_ONCE):
                _ = await session.run(insert(table), rows[start : start + _AT_ONCE])
        await session.commit()
    tables = ", ".join(f"`{name}`" for name in schema.tables)
    look = "ANALYZE" if database.dialect.one_writer else f"ANALYZE TABLE {tables}"
    async with database.reading() as session:
        await session.call(lambda connection: connection.exec_driver_sql(look).close())


def at(number: int) -> datetime:
    """Return the moment of the row of this number: one every seven minutes."""
    return FIRST + number * timedelta(minutes=7)


def _tables() -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    numbers, year = range(1, MANY + 1), range(1, A_YEAR + 1)
    yield users, [_user(n) for n in numbers]
    yield user_guard, [{"id": 1, "uses": 1}]
    yield (
        ended_tokens,
        [{"id": f"token-{n}", "user_id": n % 500 + 1, "expires_at": at(n)} for n in numbers],
    )
    yield parameters, [{"id": n, "value": "1", "version": 1} for n in range(1, 4)]
    yield (
        number_sequence,
        [{"name": name, "next_number": 9_000} for name in ("sale", "order", "client", "user")],
    )
    yield clients, [_client(n) for n in numbers]
    yield products, [_product(n) for n in numbers]
    yield movements, [_movement(n) for n in year]
    yield prices, [_prices(n) for n in numbers]
    yield sales, [_sale(n) for n in year]
    yield orders, [_order(n) for n in year]
    yield order_items, [_item(n, place) for n in numbers for place in (0, 1)]
    yield (
        order_payments,
        [{"order_id": n, "position": 0, "method": "pix", "amount": _PRICE} for n in numbers],
    )
    yield (
        order_steps,
        [
            {"order_id": n, "position": 1, "status": "em_preparo", "at": at(n), "user_id": 1}
            for n in numbers
        ],
    )
    yield (
        order_numbers,
        [{"number": A_YEAR + n, "user_id": 1, "handed_out_at": at(n)} for n in numbers],
    )
    yield fiscal_documents, [_fiscal(n) for n in year]
    yield idempotency, [_operation(n) for n in numbers]
    yield stream_head, [{"id": 1, "epoch": b"e" * 16, "head": A_YEAR - WAITING, "floor": 0}]
    yield outbox, [_event(n) for n in year]


def _event(n: int) -> dict[str, Any]:
    return {
        "event_id": n.to_bytes(16, "big"),
        "topic": "till" if n % 2 else "kitchen",
        "kind": "till.happened",
        "aggregate_id": n,
        "payload": "{}",
        "created_at": at(n),
        "position": n if n <= A_YEAR - WAITING else None,
    }


def _user(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "name": f"Pessoa {n}",
        "username": f"pessoa{n}",
        "username_folded": f"pessoa{n}",
        "role": "Caixa",
        "administrator": n % 50 == 0,
        "password_hash": "hash",
        "must_change_password": False,
        "session_version": 1,
        "removed_at": None,
        "version": 1,
    }


def _client(n: int) -> dict[str, Any]:
    cpf, phone = Cpf(f"{n:011}"), Phone(f"+55119{n:08}")
    return marks_of(cpf, phone) | {
        "id": n,
        "name": f"Cliente {n}",
        "name_folded": f"cliente {n}",
        "cpf": cpf.as_text(),
        "phone": phone.as_text(),
        "accepts_marketing": False,
        "created_at": at(n),
        "updated_at": at(n),
        "anonymised_at": None,
        "version": 1,
    }


def _product(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "name": f"Produto {n}",
        "name_folded": f"produto {n}",
        "supplier": f"Fornecedor {n % 20}",
        "unit": "un",
        "purchase_price": Money.of("5.50"),
        "sale_price": _PRICE,
        "average_cost": _COST,
        "minimum": Quantity.of(5) if n % 3 == 0 else None,
        "balance": Quantity.of(n % 200),
        "active": n % 10 != 0,
        "likeness": n.to_bytes(32, "big"),
        "version": 1,
        "changes": 1,
    }


def _movement(n: int) -> dict[str, Any]:
    return {
        "product_id": n % 300 + 1,
        "reason": "venda",
        "quantity": Quantity.of(1),
        "balance_before": Quantity.of(1),
        "balance_after": Quantity.of(2),
        "note": None,
        "origin_kind": "venda",
        "origin_id": n,
        "user_id": 1,
        "at": at(n),
    }


def _prices(n: int) -> dict[str, Any]:
    return {
        "product_id": n % 300 + 1,
        "sale_price": _PRICE,
        "purchase_price": _PRICE,
        "user_id": 1,
        "at": at(n),
    }


def _sale(n: int) -> dict[str, Any]:
    return _MONEY | {
        "id": n,
        "product_id": n % 300 + 1,
        "quantity": Quantity.of(1),
        "began_at": at(n),
        "ended_at": at(n),
        "operator_id": n % 20 + 1,
        "client_id": n % 500 + 1,
        "payment": "pix",
        "operation_key": f"1:sale-{n}",
        "registered_at": at(n),
        "version": 1,
    }


def _order(n: int) -> dict[str, Any]:
    return {
        "id": n,
        # Nearly all orders of a shop are delivered.
        "status": _ORDER_STATES[n // 20 % 5] if n % 20 == 0 else "entregue",
        "client_id": n % 500 + 1,
        "total": _PRICE,
        "operator_id": n % 20 + 1,
        "operation_key": f"1:order-{n}",
        "created_at": at(n),
        "version": 1,
    }


def _item(n: int, position: int) -> dict[str, Any]:
    return _MONEY | {
        "order_id": n,
        "position": position,
        "product_id": (n + position) % 300 + 1,
        "product_name": f"Produto {n}",
        "quantity": Quantity.of(1),
    }


def _fiscal(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "order_id": n,
        "uuid": f"uuid-{n}",
        "status": _FISCAL_STATES[n // 20 % 6] if n % 20 == 0 else "aprovado",
        "created_at": at(n),
        "updated_at": at(n),
        "version": 1,
    }


def _operation(n: int) -> dict[str, Any]:
    return {
        "principal_id": n % 20 + 1,
        "operation_key": f"key-{n}",
        "operation": "register_sale",
        "fingerprint": b"f" * 32,
        "outcome": "done",
        "result": "{}",
        "resource_id": n,
        "created_at": at(n),
    }
