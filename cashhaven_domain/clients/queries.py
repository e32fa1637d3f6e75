"""Questions about clients, and the views that answer them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP
from typing import Final, Protocol, Self, TypeVar

from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.person import FOLDED_LENGTH, Address, Email
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import CENT, Money
from cashhaven_domain.shared.paging import Page, PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import clean, fold

ANONYMOUS_NAME = "Cliente anônimo"
HISTORY_LENGTH = 1_000
"""How many sales, and how many orders, a history shows; its figures count all of them."""
NOTHING: Final = Money.zero()

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """A client in a list. Lists hold no anonymous clients."""

    id: ClientId
    name: str
    cpf: Cpf
    phone: Phone
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCard:
    """All that is known of a client; of an anonymous one, that there was somebody."""

    id: ClientId
    name: str
    cpf: Cpf | None
    phone: Phone | None
    email: Email | None
    birth_date: date | None
    address: Address | None
    accepts_marketing: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, client: Client) -> Self:
        """Return the card of the client."""
        person = client.person
        return cls(
            id=client.id,
            name=person.name if person else ANONYMOUS_NAME,
            cpf=person.cpf if person else None,
            phone=person.phone if person else None,
            email=person.email if person else None,
            birth_date=person.birth_date if person else None,
            address=person.address if person else None,
            accepts_marketing=client.accepts_marketing,
            created_at=client.created_at,
            updated_at=client.updated_at,
            version=client.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ClientSearch:
    """What a search for clients looks for; whoever fits one of these is found."""

    folded_name: str
    """Part of the name, folded."""
    cpf: Cpf | None = None
    phone: Phone | None = None
    last_four: str | None = None
    """The end of a CPF or of a telephone."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Return what is meant by the text that somebody typed.

        Raises:
            InvalidInput: there is nothing to look for.
        """
        folded = fold(clean(text, field="q"))[:FOLDED_LENGTH]
        if not folded:
            raise InvalidInput("q: não pode ficar vazio")
        digits = re.sub(r"[ ().\-]", "", folded)
        return cls(
            folded_name=folded,
            cpf=_parsed(Cpf.parse, folded),
            phone=_parsed(Phone.parse, folded),
            last_four=digits if re.fullmatch(r"[0-9]{4}", digits, re.ASCII) else None,
        )


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text)
    except InvalidInput:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSale:
    """A sale over the counter, as the history of its client shows it."""

    id: int
    product_id: int
    quantity: Quantity
    unit_price: Money
    total: Money
    sold_at: datetime
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOrder:
    """An order, as the history of its client shows it."""

    id: int
    status: str
    total: Money
    placed_at: datetime
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFigures:
    """What the sales, or the orders, of a client that were not cancelled come to."""

    count: int = 0
    total: Money = NOTHING
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHistory:
    """What a client bought, newest first; the figures leave out what was cancelled."""

    client_id: ClientId
    sales: tuple[ClientSale, ...]
    orders: tuple[ClientOrder, ...]
    sale_figures: ClientFigures
    order_figures: ClientFigures

    @property
    def total(self) -> Money:
        """Return what the client paid in all."""
        return self.sale_figures.total + self.order_figures.total

    @property
    def last_visit(self) -> datetime | None:
        """Return when the client bought last."""
        visits = (self.sale_figures.last_at, self.order_figures.last_at)
        return max((visit for visit in visits if visit is not None), default=None)

    @property
    def average_ticket(self) -> Money | None:
        """Return what a purchase came to on average, to the cent, half up; `None` without any."""
        count = self.sale_figures.count + self.order_figures.count
        if count == 0:
            return None
        return Money((self.total.amount / count).quantize(CENT, rounding=ROUND_HALF_UP))


class ClientQueries(Protocol):
    """Answers questions about clients; takes no locks."""

    async def list(self, page: PageRequest) -> Page[ClientLine]:
        """Return the clients that are not anonymous, sorted by id."""
        ...

    async def search(self, wanted: ClientSearch, page: PageRequest) -> Page[ClientLine]:
        """Return those of them that the search means, sorted by id."""
        ...

    async def find(self, client_id: ClientId) -> ClientCard | None:
        """Return the card of the client, who may be anonymous."""
        ...

    async def find_by_cpf(self, cpf: Cpf) -> ClientCard | None:
        """Return the card of the client with this CPF."""
        ...

    async def find_history(self, client_id: ClientId) -> ClientHistory | None:
        """Return what the client, who may be anonymous, bought; `None`: no such client.

        It shows the newest `HISTORY_LENGTH` sales and as many orders; the figures count all.
        """
        ...
