"""What the wire says about clients."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, ClassVar, Self, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.fields import Also, Id, Name, Search, Text, Version
from cashhaven_adapters.litestar.readers import Reads
from cashhaven_adapters.litestar.time_readers import day
from cashhaven_adapters.litestar.wire import Body, PageQuery, View
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.person import (
    EMAIL_LENGTH,
    HOUSE_NUMBER_LENGTH,
    Address,
    Email,
    Person,
    require_birth,
    state_named,
)
from cashhaven_domain.clients.queries import ClientCard
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.clients.use_cases.search_clients import SearchClientsCommand
from cashhaven_domain.clients.use_cases.update_client import UpdateClientCommand
from cashhaven_domain.shared.brazil import STATES, Cep, Cpf, Phone
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.operations import OperationKey

T = TypeVar("T")


def _text_read_by(read: Callable[[str], T], **schema: object) -> Reads:
    def reader(value: object) -> T:
        if not isinstance(value, str):
            raise InvalidInput("deve ser um texto")
        return read(value)

    return Reads(reader, {"type": "string", **schema})


ClientName = Annotated[Name, Meta(examples=["Maria Santos"])]
ClientCpf = Annotated[Cpf, Meta(examples=["123.456.789-00"])]
ClientPhone = Annotated[Phone, Meta(examples=["(11) 99999-9999"])]
EmailText = Annotated[
    Email,
    _text_read_by(
        Email.parse, format="email", maxLength=EMAIL_LENGTH, examples=["maria@exemplo.com.br"]
    ),
]
BirthDate = Annotated[
    date,
    Reads(
        lambda value: require_birth(day(value)),
        {"type": "string", "format": "date", "examples": ["1990-05-20"]},
    ),
]
State = Annotated[str, _text_read_by(state_named, enum=sorted(STATES), examples=["SP"])]
HouseNumber = Annotated[str, Text(HOUSE_NUMBER_LENGTH, numbers=True), Meta(examples=["1000"])]


class AddressIn(Body, kw_only=True, frozen=True):
    """Where a client lives."""

    street: Annotated[Name, Meta(examples=["Avenida Paulista"])] = msgspec.field(name="rua")
    number: HouseNumber = msgspec.field(name="numero")
    district: Annotated[Name, Meta(examples=["Bela Vista"])] = msgspec.field(name="bairro")
    city: Annotated[Name, Meta(examples=["São Paulo"])] = msgspec.field(name="cidade")
    state: State = msgspec.field(name="uf")
    cep: Annotated[Cep, Meta(examples=["01310-100"])]

    def to_address(self) -> Address:
        """Return the address that is meant."""
        return Address(
            street=self.street,
            number=self.number,
            district=self.district,
            city=self.city,
            state=self.state,
            cep=self.cep,
        )


class ClientIn(Body, kw_only=True, frozen=True):
    """A new client."""

    EXAMPLE: ClassVar = {
        "cpf": "123.456.789-00",
        "name": "Maria Santos",
        "tel": "(11) 99999-9999",
    }

    cpf: ClientCpf
    name: Annotated[ClientName, Also("nome")]
    phone: Annotated[ClientPhone, Also("telefone")] = msgspec.field(name="tel")
    email: EmailText | None = None
    birth_date: BirthDate | None = msgspec.field(name="nascimento", default=None)
    address: AddressIn | None = msgspec.field(name="endereco", default=None)
    accepts_marketing: bool = msgspec.field(name="aceita_marketing", default=False)

    def to_command(self, operation_key: OperationKey | None) -> RegisterClientCommand:
        """Return what is asked for."""
        return RegisterClientCommand(
            person=Person(
                name=self.name,
                cpf=self.cpf,
                phone=self.phone,
                email=self.email,
                birth_date=self.birth_date,
                address=self.address.to_address() if self.address else None,
            ),
            accepts_marketing=self.accepts_marketing,
            operation_key=operation_key,
        )


class ClientChangeIn(Body, kw_only=True, frozen=True):
    """Changes of a client: only what is sent changes; `null` clears what is optional."""

    EXAMPLE: ClassVar = {"id": 1, "telefone": "(11) 99999-9999", "versao": 1}

    id: Id
    name: Annotated[ClientName, Also("name")] | UnsetType = msgspec.field(
        name="nome", default=UNSET
    )
    phone: Annotated[ClientPhone, Also("tel")] | UnsetType = msgspec.field(
        name="telefone", default=UNSET
    )
    cpf: ClientCpf | UnsetType = UNSET
    email: EmailText | UnsetType | None = UNSET
    birth_date: BirthDate | UnsetType | None = msgspec.field(name="nascimento", default=UNSET)
    address: AddressIn | UnsetType | None = msgspec.field(name="endereco", default=UNSET)
    accepts_marketing: bool | UnsetType | None = msgspec.field(
        name="aceita_marketing", default=UNSET
    )
    version: Version | None = msgspec.field(name="versao", default=None)

    def to_command(self) -> UpdateClientCommand:
        """Return what is asked for."""
        address = self.address.to_address() if isinstance(self.address, AddressIn) else self.address
        return UpdateClientCommand(
            client_id=ClientId(self.id),
            name=_sent(self.name),
            cpf=_sent(self.cpf),
            phone=_sent(self.phone),
            email=_sent(self.email),
            birth_date=_sent(self.birth_date),
            address=_sent(address),
            accepts_marketing=_sent(self.accepts_marketing),
            version=self.version,
        )


def _sent(value: T | UnsetType) -> T | Unchanged:
    return UNCHANGED if isinstance(value, UnsetType) else value


class CpfQuery(Body, kw_only=True, frozen=True):
    """Whose card is wanted, by CPF."""

    cpf: ClientCpf


class ClientIdQuery(Body, kw_only=True, frozen=True):
    """Whose card is wanted, by id."""

    id: Annotated[Id, Also("uid")]


class ClientSearchQuery(PageQuery, kw_only=True, frozen=True):
    """What is looked for, and which part of the result is wanted."""

    q: Annotated[
        Search,
        Meta(
            description="Parte do nome, ou telefone ou CPF inteiro ou seus quatro últimos dígitos",
            examples=["maria"],
        ),
    ]

    def to_command(self) -> SearchClientsCommand:
        """Return what is asked for."""
        return SearchClientsCommand(text=self.q, page=self.page())


class ClientLineOut(View, kw_only=True, frozen=True):
    """A client in a list."""

    id: Annotated[int, Meta(examples=[1])]
    name: ClientName = msgspec.field(name="nome")
    cpf: ClientCpf
    phone: ClientPhone = msgspec.field(name="telefone")
    version: Annotated[int, Meta(examples=[1])] = msgspec.field(name="versao")


class AddressOut(View, kw_only=True, frozen=True):
    """Where a client lives."""

    street: Annotated[str, Meta(examples=["Avenida Paulista"])] = msgspec.field(name="rua")
    number: Annotated[str, Meta(examples=["1000"])] = msgspec.field(name="numero")
    district: Annotated[str, Meta(examples=["Bela Vista"])] = msgspec.field(name="bairro")
    city: Annotated[str, Meta(examples=["São Paulo"])] = msgspec.field(name="cidade")
    state: Annotated[str, Meta(examples=["SP"])] = msgspec.field(name="uf")
    cep: Annotated[Cep, Meta(examples=["01310-100"])]


class ClientOut(View, kw_only=True, frozen=True):
    """All that is known of a client; hardly anything of an anonymous one."""

    id: Annotated[int, Meta(examples=[1])]
    name: Annotated[str, Meta(examples=["Maria Santos"])] = msgspec.field(name="nome")
    cpf: ClientCpf | None
    phone: ClientPhone | None = msgspec.field(name="telefone")
    email: Annotated[str, Meta(examples=["maria@exemplo.com.br"])] | None
    birth_date: Annotated[date, Meta(examples=["1990-05-20"])] | None = msgspec.field(
        name="nascimento"
    )
    address: AddressOut | None = msgspec.field(name="endereco")
    accepts_marketing: bool = msgspec.field(name="aceita_marketing")
    created_at: datetime = msgspec.field(name="criado_em")
    updated_at: datetime = msgspec.field(name="atualizado_em")
    version: Annotated[int, Meta(examples=[1])] = msgspec.field(name="versao")

    @classmethod
    def of_card(cls, card: ClientCard) -> Self:
        """Return what the wire shows of this card."""
        return cls(
            id=card.id,
            name=card.name,
            cpf=card.cpf,
            phone=card.phone,
            email=card.email.address if card.email else None,
            birth_date=card.birth_date,
            address=AddressOut.of(card.address) if card.address else None,
            accepts_marketing=card.accepts_marketing,
            created_at=card.created_at,
            updated_at=card.updated_at,
            version=card.version,
        )
