"""Orders of the past, put into our books by the database itself: a million within minutes."""

from collections.abc import Iterator

from tests.benchmarks.databases import connected
from tests.benchmarks.shop import OPENING

ITEMS = 3
_AT_ONCE = 100_000
_DIGIT = "(SELECT 0 d" + "".join(f" UNION ALL SELECT {d}" for d in range(1, 10)) + ")"
# Order n takes one piece each of the products 3n, 3n + 1 and 3n + 2, counted around the shelf, so
# how often each was taken before is known without looking.
_PRODUCT = "(({items} * (n - 1) + position) % {products} + 1)"
_TAKEN = "FLOOR(({items} * (n - 1) + position) / {products})"
_POSITIONS = "(SELECT 0 AS position UNION ALL SELECT 1 UNION ALL SELECT 2) AS positions"
_AT = "TIMESTAMPADD(SECOND, n, '2025-01-01 11:00:00')"


def fill(url: str, first: int, last: int, products: int) -> None:
    """Put the orders of these numbers into the books, and see that they balance as before."""
    with connected(url) as connection, connection.cursor() as cursor:
        for start in range(first, last + 1, _AT_ONCE):
            for statement in _statements(start, min(start + _AT_ONCE - 1, last), products):
                cursor.execute(statement)
            connection.commit()
        cursor.execute("ANALYZE TABLE `order`, order_item, stock_movement")


def _statements(first: int, last: int, products: int) -> Iterator[str]:
    places = {"items": ITEMS, "products": products}
    product, taken = _PRODUCT.format(**places), _TAKEN.format(**places)
    numbers = numbers_from(first, last)
    yield f"""
        INSERT INTO `order` (id, status, client_id, total, operator_id, created_at, version)
        SELECT n, 'entregue', n % 10000 + 1, 31.50, 1, {_AT}, 1 FROM {numbers}"""
    yield f"""
        INSERT INTO order_item (order_id, position, product_id, product_name, quantity,
            unit_price, list_price, total, average_cost)
        SELECT n, position, {product}, 'Produto', 1, 10.50, 10.50, 10.50, 5
        FROM {numbers}, {_POSITIONS}"""
    yield f"""
        INSERT INTO order_step (order_id, position, status, at, user_id)
        SELECT n, 1, 'entregue', {_AT}, 1 FROM {numbers}"""
    yield f"""
        INSERT INTO stock_movement (product_id, reason, quantity, balance_before, balance_after,
            origin_kind, origin_id, user_id, at)
        SELECT {product}, 'pedido', -1, {OPENING} - {taken}, {OPENING} - 1 - {taken},
            'pedido', n, 1, {_AT}
        FROM {numbers}, {_POSITIONS}"""
    yield f"""
        UPDATE product JOIN (
            SELECT {product} AS number, COUNT(*) AS pieces FROM {numbers}, {_POSITIONS}
            GROUP BY number
        ) AS taken ON number = id
        SET balance = balance - pieces, changes = changes + pieces"""


def numbers_from(first: int, last: int) -> str:
    """Return a table of whole numbers, `n`, made of the digits of their distance."""
    digits = [f"{_DIGIT} AS d{place}" for place in range(len(str(last - first)))]
    distance = " + ".join(f"d{place}.d * {10**place}" for place in range(len(digits)))
    return (
        f"(SELECT {first} + {distance} AS n FROM {', '.join(digits)}"
        f" WHERE {first} + {distance} <= {last}) AS numbers"
    )
