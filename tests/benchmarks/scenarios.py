"""What is measured: which requests, by how many clients at once, in a shop of which size."""

from dataclasses import dataclass
from typing import Literal

Engine = Literal["mariadb", "slow-disk", "mysql", "sqlite"]
"""Where our books are; the peer's are on MariaDB for SQLite. `slow-disk` is MariaDB too."""
Work = Literal["order", "sale", "stock", "stock-etag", "search", "client", "login", "health"]
CLIENTS_IN_THE_BOOKS = 10_000

_PATHS: dict[Work, str] = {
    "order": "/api/order/create",
    "sale": "/api/sale/forsale",
    "stock": "/api/stock/all",
    "stock-etag": "/api/stock/all",
    "search": "/api/stock/serach/name",
    "client": "/api/client/serach",
    "login": "/api/auth/login",
    "health": "/health/live",
}
NAMES: dict[Work, str] = {
    "order": "order of three products",
    "sale": "sale of one product",
    "stock": "all products",
    "stock-etag": "all products, unchanged (304)",
    "search": "search by part of a name",
    "client": "client by CPF",
    "login": "sign-in",
    "health": "health",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Requests of one kind, sent by some clients at once."""

    work: Work
    clients: int
    products: int
    """How many products it draws from, or finds."""
    goal: float | None = None
    """How many times as fast as the peer it should be."""
    floor: float | None = None
    """Below this a change has broken something: the smoke run fails."""

    @property
    def path(self) -> str:
        """Where the requests go."""
        return _PATHS[self.work]

    @property
    def writes(self) -> bool:
        """Whether it changes the books."""
        return self.work in {"order", "sale"}

    @property
    def term(self) -> str | None:
        """What is searched for: about 1 000 of 10 000 names hold it, and 400 of 100 000."""
        if self.work != "search":
            return None
        return "aca" if self.products <= 10_000 else "acai%201"

    def __str__(self) -> str:
        told = [NAMES[self.work], f"{self.clients} client{'s' if self.clients > 1 else ''}"]
        if self.work not in {"client", "login", "health"}:
            told.append(f"{self.products} products")
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Stage:
    """A new shop on an engine, and what is measured there before its books are checked."""

    engine: Engine
    products: int
    scenarios: tuple[Scenario, ...]
    limit: bool = False
    """Whether the database's own limit is measured in the same rounds as 64 clients' orders."""
