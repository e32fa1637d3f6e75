"""What clients did, step by step, and whether the books agree with it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Deed:
    """One thing that a client wanted, however often it had to ask."""

    mark: str
    kind: str
    quantity: int
    tries: int = 0
    outcome: str = "unknown"
    """`ok`, `refused`, or `unknown` when no answer ever came."""
    answer: Any = None


@dataclass(slots=True)
class History:
    """One JSON line per step, and the deeds that they add up to."""

    path: Path
    deeds: dict[str, Deed] = field(default_factory=dict)

    def begin(self, deed: Deed) -> None:
        """Note that the client asks, for the first time or again."""
        self.deeds[deed.mark] = deed
        deed.tries += 1
        self._write("invoke", deed)

    def end(self, deed: Deed, outcome: str, answer: object) -> None:
        """Note what it was told."""
        deed.outcome, deed.answer = outcome, answer
        self._write(outcome, deed)

    def of(self, outcome: str) -> Iterator[Deed]:
        """Return the deeds that ended so."""
        return (deed for deed in self.deeds.values() if deed.outcome == outcome)

    def _write(self, step: str, deed: Deed) -> None:
        line = {"step": step, "mark": deed.mark, "kind": deed.kind, "answer": deed.answer}
        with self.path.open("a") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Books:
    """What the shop holds at the end, as its own lists tell it."""

    orders: list[dict[str, Any]]
    sales: list[dict[str, Any]]
    products: list[dict[str, Any]]
    movements: list[dict[str, Any]]
    mistakes: list[str]
    """What does not add up in the database itself."""


def lost(history: History, books: Books) -> list[str]:
    """Return the marks of deeds that were acknowledged and are not there."""
    orders = {order["observacoes"] for order in books.orders}
    sales = {sale["id"] for sale in books.sales}
    return [
        deed.mark
        for deed in history.of("ok")
        if (deed.mark not in orders if deed.kind == "order" else deed.answer["id"] not in sales)
    ]


def doubled(books: Books) -> dict[str, int]:
    """Return the marks that more than one order carries, with their number."""
    counted = Counter(order["observacoes"] for order in books.orders)
    return {mark: count for mark, count in counted.items() if count > 1}


def surprises(history: History, books: Books) -> list[str]:
    """Return the marks of deeds that were refused and are there all the same."""
    orders = {order["observacoes"] for order in books.orders}
    return [deed.mark for deed in history.of("refused") if deed.mark in orders]


def uncounted_sales(history: History, books: Books) -> tuple[int, int, int]:
    """Return how many sales there are, and how few and how many the history allows."""
    acknowledged = sum(deed.kind == "sale" for deed in history.of("ok"))
    unknown = sum(deed.kind == "sale" for deed in history.of("unknown"))
    return len(books.sales), acknowledged, acknowledged + unknown


def unbalanced(books: Books) -> list[int]:
    """Return the ids of products whose ledger does not add up to their balance, or below zero."""
    sums: Counter[int] = Counter()
    for movement in books.movements:
        sums[movement["produto_id"]] += movement["quantidade"]
    return [
        product["id"]
        for product in books.products
        if product["saldo"] != sums[product["id"]] or product["saldo"] < 0
    ]
