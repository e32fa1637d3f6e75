"""What the wire says about fiscal documents."""

from datetime import datetime
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from cashhaven_adapters.litestar.fields import DayOrMoment, Id, Note, Text
from cashhaven_adapters.litestar.json_text import Data
from cashhaven_adapters.litestar.readers import Reads, parsed
from cashhaven_adapters.litestar.wire import Body, PageQuery, View
from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.fiscal_document import (
    NUMBER_LENGTH,
    UUID_LENGTH,
    FiscalAnswer,
    FiscalStatus,
)
from cashhaven_domain.orders.queries import FiscalDocumentView
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.list_fiscal_documents import ListFiscalDocumentsQuery
from cashhaven_domain.shared.errors import InvalidInput

_KEY_EXAMPLE = "35261112ABC34501DE35650010000001231123456780"
_UUID_EXAMPLE = "f3a1c5d2-7f0e-4c57-9d5e-2b8a0e6c1d34"


def _status(text: str) -> FiscalStatus:
    try:
        return FiscalStatus(text)
    except ValueError:
        raise InvalidInput(f"deve ser um de: {', '.join(FiscalStatus)}") from None


SaidStatus = Annotated[
    FiscalStatus,
    Reads(
        parsed(_status),
        {
            "type": "string",
            "enum": [*(status.value for status in FiscalStatus), "processamento"],
            "examples": ["aprovado"],
        },
    ),
]


def _access_key(value: Data) -> AccessKey:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    key: AccessKey = parsed(AccessKey.parse)(str(value) if is_number else value)
    return key


Key = Annotated[
    AccessKey,
    Reads(
        _access_key,
        {
            "type": "string",
            "pattern": "^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$",
            "description": "A chave de acesso, com dígito verificador certo; só de algarismos, "
            "também como número",
            "examples": [_KEY_EXAMPLE],
        },
    ),
]
Uuid = Annotated[
    str,
    Text(UUID_LENGTH, numbers=True),
    Meta(description="Texto; números inteiros também são aceitos", examples=[_UUID_EXAMPLE]),
]
Reason = Annotated[Note, Meta(examples=["Autorizado o uso da NF-e"])]
Number = Annotated[
    str,
    Text(NUMBER_LENGTH, numbers=True),
    Meta(description="Texto; números inteiros também são aceitos", examples=["123"]),
]


class FiscalAnswerIn(Body, kw_only=True, frozen=True):
    """What the fiscal issuer says about an order."""

    pedido: Id
    uuid: Uuid
    status: SaidStatus
    motivo: Reason | None = None
    nfe: Number | None = None
    serie: Number | None = None
    modelo: Number | None = None
    recibo: Number | None = None
    chave: Key | None = None

    def to_answer(self) -> FiscalAnswer:
        """Return the answer."""
        return FiscalAnswer(
            order_id=OrderId(self.pedido),
            uuid=self.uuid,
            status=self.status,
            reason=self.motivo,
            number=self.nfe,
            series=self.serie,
            model=self.modelo,
            receipt=self.recibo,
            access_key=self.chave,
        )


class FiscalListQuery(PageQuery, kw_only=True, frozen=True):
    """Which fiscal documents are wanted."""

    status: SaidStatus | None = None
    desde: DayOrMoment | None = None
    ate: DayOrMoment | None = None

    def to_query(self) -> ListFiscalDocumentsQuery:
        """Return what is asked for."""
        return ListFiscalDocumentsQuery(
            since=self.desde, until=self.ate, status=self.status, page=self.page()
        )


class FiscalDocumentOut(View, kw_only=True, frozen=True):
    """A fiscal document as it stands."""

    pedido: Annotated[int, Meta(examples=[1])]
    uuid: Annotated[str, Meta(examples=[_UUID_EXAMPLE])]
    status: Annotated[FiscalStatus, Meta(examples=["aprovado"])]
    motivo: Annotated[str, Meta(examples=["Autorizado o uso da NF-e"])] | None
    nfe: Annotated[str, Meta(examples=["123"])] | None
    serie: Annotated[str, Meta(examples=["1"])] | None
    modelo: Annotated[str, Meta(examples=["65"])] | None
    recibo: Annotated[str, Meta(examples=["135260000000001"])] | None
    chave: Annotated[str, Meta(examples=[_KEY_EXAMPLE])] | None
    created_at: datetime = msgspec.field(name="criado_em")
    updated_at: datetime = msgspec.field(name="atualizado_em")

    @classmethod
    def of_document(cls, view: FiscalDocumentView) -> Self:
        """Return what the wire shows of this document."""
        return cls(
            pedido=view.order_id,
            uuid=view.uuid,
            status=view.status,
            motivo=view.reason,
            nfe=view.number,
            serie=view.series,
            modelo=view.model,
            recibo=view.receipt,
            chave=None if view.access_key is None else view.access_key.text,
            created_at=view.created_at,
            updated_at=view.updated_at,
        )
