"""Whether the books of either side balance after a run: each question counts what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.processes import BenchmarkError

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a question in a database and gives its rows."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many writes were answered with success, and how many more may have been on their way."""

    orders: int = 0
    sales: int = 0
    more: int = 0


_OLDEST_EVENT = "(SELECT COALESCE(MIN(created_at), '1970-01-01') FROM outbox)"
_OURS = {
    "products whose balance is below zero, or not what their ledger adds up to": """
        SELECT COUNT(*) FROM product LEFT JOIN (
            SELECT product_id, SUM(quantity) AS moved FROM stock_movement GROUP BY product_id
        ) AS ledger ON ledger.product_id = product.id
        WHERE balance < 0 OR balance <> COALESCE(moved, 0)""",
    "ledger rows that do not go from one balance to the next": """
        SELECT COUNT(*) FROM stock_movement WHERE balance_before + quantity <> balance_after""",
    "orders whose total is not that of their items": """
        SELECT COUNT(*) FROM `order` LEFT JOIN (
            SELECT order_id, SUM(total) AS items FROM order_item GROUP BY order_id
        ) AS lines_of ON lines_of.order_id = `order`.id
        WHERE total <> COALESCE(items, -1)""",
    "pieces sold that the ledger did not take": """
        SELECT (SELECT COALESCE(SUM(quantity), 0) FROM order_item)
             + (SELECT COALESCE(SUM(quantity), 0) FROM sale)
             + (SELECT COALESCE(SUM(quantity), 0) FROM stock_movement
                WHERE reason IN ('pedido', 'venda'))""",
    # The oldest events are forgotten; orders of the past never had any.
    "orders without their event": f"""
        SELECT (SELECT COUNT(*) FROM `order` WHERE created_at > {_OLDEST_EVENT})
             - (SELECT COUNT(*) FROM outbox
                WHERE kind = 'order.created' AND created_at > {_OLDEST_EVENT})""",
    "sales without their event": """
        SELECT (SELECT COUNT(*) FROM sale)
             - (SELECT COUNT(*) FROM outbox WHERE kind = 'sale.registered')""",
}
_PEER = {
    "products whose balance is below zero, or not what their ledger adds up to": """
        SELECT COUNT(*) FROM produtos LEFT JOIN (
            SELECT produto_id, SUM(quantidade) AS moved FROM estoque_movimentos GROUP BY produto_id
        ) AS ledger ON ledger.produto_id = produtos.id
        WHERE saldo < 0 OR saldo <> COALESCE(moved, 0)""",
    "orders whose total is not that of their items": """
        SELECT COUNT(*) FROM pedidos LEFT JOIN (
            SELECT pedido_id, SUM(quantidade * preco_unitario) AS items
            FROM pedido_itens GROUP BY pedido_id
        ) AS lines_of ON lines_of.pedido_id = pedidos.id
        WHERE total <> COALESCE(items, -1)""",
    "pieces sold that the ledger did not take": """
        SELECT (SELECT COALESCE(SUM(quantidade), 0) FROM pedido_itens)
             + (SELECT COALESCE(SUM(quantidade), 0) FROM vendas)
             + (SELECT COALESCE(SUM(quantidade), 0) FROM estoque_movimentos
                WHERE tipo IN ('pedido', 'venda'))""",
    "orders without their event": """
        SELECT (SELECT COUNT(*) FROM pedidos)
             - (SELECT COUNT(*) FROM eventos_outbox WHERE tipo = 'order.created')""",
    "sales without their event": """
        SELECT (SELECT COUNT(*) FROM vendas)
             - (SELECT COUNT(*) FROM eventos_outbox WHERE tipo = 'sale.registered')""",
}


def check_ours(ask: Ask, answered: Answered | None = None) -> None:
    """Check our books, and that they hold what was answered, no less and no more.

    Raises:
        BenchmarkError: they do not balance; the text says where.
    """
    mistakes = _mistakes(ask, _OURS)
    if answered is not None:
        mistakes += _unanswered(ask, "`order`", answered.orders, answered.more)
        mistakes += _unanswered(ask, "sale", answered.sales, answered.more)
    _complain("our", mistakes)


def check_peer(ask: Ask, answered: Answered) -> None:
    """Check the peer's books in the same way.

    Raises:
        BenchmarkError: they do not balance; the text says where.
    """
    mistakes = _mistakes(ask, _PEER)
    mistakes += _unanswered(ask, "pedidos", answered.orders, answered.more)
    mistakes += _unanswered(ask, "vendas", answered.sales, answered.more)
    _complain("the peer's", mistakes)


def _mistakes(ask: Ask, questions: dict[str, str]) -> list[str]:
    counted = {what: ask(question)[0][0] for what, question in questions.items()}
    return [f"{count} {what}" for what, count in counted.items() if count]


def _unanswered(ask: Ask, table: str, answered: int, more: int) -> list[str]:
    kept = int(ask(f"SELECT COUNT(*) FROM {table}")[0][0])
    if answered <= kept <= answered + more:
        return []
    return [f"{kept} rows in {table} for {answered} answers and at most {more} on their way"]


def _complain(whose: str, mistakes: list[str]) -> None:
    if mistakes:
        raise BenchmarkError(f"{whose} books do not balance: {'; '.join(mistakes)}")
