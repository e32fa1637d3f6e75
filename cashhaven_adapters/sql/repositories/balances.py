"""Changing many balances at once.

A balance is never written as a value: the statement adds a difference and carries the guard, and
the number of rows it changed is the decision.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cashhaven_adapters.sql.bindings import bound
from cashhaven_adapters.sql.errors import Refusals
from cashhaven_adapters.sql.statements import Values
from cashhaven_adapters.sql.texts import literal
from cashhaven_domain.shared.money import UnitCost
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.movement import Reason
from cashhaven_domain.stock.product import Product

_ONE_BY_ONE = (
    "UPDATE product SET balance = balance + ?, changes = changes + ?,"
    " average_cost = coalesce(?, average_cost)"
    " WHERE id = ? AND balance + ? >= 0 AND (active OR ? >= 0)"
)
_UPDATE = "UPDATE product SET"


@dataclass(frozen=True, slots=True)
class _Move:
    id: int
    difference: Quantity
    count: int
    cost: UnitCost | None


class Moves:
    """Adds the products' differences, if no balance falls below zero and nothing removed is taken.

    Deliveries change the average cost with the balance.
    """

    table = "product"
    kinds: Sequence[type] = ()

    def __init__(self, moved: Sequence[Product]) -> None:
        self._moves = [
            _Move(product.id, product.difference, len(product.movements), _new_cost(product))
            for product in moved
        ]
        self.refusals: Refusals = {}
        self.expected: int | None = len(moved)

    def as_texts(self) -> Iterator[str]:
        """Return one statement."""
        moves = self._moves
        difference = _case(moves, lambda move: literal(move.difference))
        cost = ""
        if any(move.cost is not None for move in moves):
            costs = _case(moves, lambda m: "average_cost" if m.cost is None else literal(m.cost))
            cost = f", average_cost = {costs}"
        if all(move.difference.is_negative for move in moves):
            present = "active"
        else:
            present = f"(active OR {difference} >= 0)"
        yield (
            f"{_UPDATE} balance = balance + {difference},"
            f" changes = changes + {_case(moves, lambda move: str(move.count))}{cost}"
            f" WHERE id IN ({','.join([str(move.id) for move in moves])})"
            f" AND balance + {difference} >= 0 AND {present}"
        )

    def as_bound(self) -> tuple[str, Sequence[Values]]:
        """Return a statement for one product, and what to bind for each."""
        rows: list[Values] = []
        for move in self._moves:
            difference = bound(move.difference)
            cost = None if move.cost is None else bound(move.cost)
            rows.append((difference, move.count, cost, move.id, difference, difference))
        return _ONE_BY_ONE, rows


def _case(moves: Sequence[_Move], write: Callable[[_Move], str]) -> str:
    """Return what is written for each row; a CASE is searched row by row, so it names exceptions.

    Most of what is sold together is sold in ones.
    """
    written = [write(move) for move in moves]
    ((usual, _),) = Counter(written).most_common(1)
    others = [
        f"WHEN {move.id} THEN {text}"
        for move, text in zip(moves, written, strict=True)
        if text != usual
    ]
    return f"CASE id {' '.join(others)} ELSE {usual} END" if others else usual


def _new_cost(product: Product) -> UnitCost | None:
    if any(movement.reason is Reason.DELIVERY for movement in product.movements):
        return product.average_cost
    return None
