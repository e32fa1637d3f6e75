"""What is in the shop that both sides are given: users, clients, and products on full shelves."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher

USERS = 100
PASSWORD = "senha123"
OPENING = 99_000
"""Of each product: just under the most that a shelf may hold, and more than any run takes."""
ROWS_AT_ONCE = 1_000
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


@cache
def password_hash() -> str:
    """Return the hash that both sides verify: the cost is the product's own."""
    return PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1).hash(PASSWORD)
