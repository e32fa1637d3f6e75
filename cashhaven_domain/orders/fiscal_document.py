"""What the fiscal issuer says about an order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.errors import FiscalDocumentOfAnotherOrder
from cashhaven_domain.orders.events import OrderFiscalUpdated
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.text import NOTE_LENGTH, clean

FiscalDocumentId = NewType("FiscalDocumentId", int)

UUID_LENGTH = 64
NUMBER_LENGTH = 60


class FiscalStatus(StrEnum):
    """What became of a fiscal document."""

    PROCESSING = "processando"
    APPROVED = "aprovado"
    REJECTED = "reprovado"
    CANCELLED = "cancelado"
    CONTINGENCY = "contingencia"
    UNUSABLE = "inutilizado"

    @classmethod
    def _missing_(cls, value: object) -> "FiscalStatus | None":
        return cls.PROCESSING if value == "processamento" else None

    def may_become(self, later: "FiscalStatus") -> bool:
        """Whether an answer may still change this: none changes what the authority has settled."""
        if self is FiscalStatus.APPROVED:
            return later is FiscalStatus.CANCELLED
        return self not in {FiscalStatus.CANCELLED, FiscalStatus.UNUSABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalAnswer:
    """An answer of the issuer about one document; it says only what it knows.

    Raises:
        InvalidInput: a text is empty, too long, or holds what no text may hold.
    """

    order_id: OrderId
    uuid: str
    status: FiscalStatus
    reason: str | None = None
    number: str | None = None
    series: str | None = None
    model: str | None = None
    receipt: str | None = None
    access_key: AccessKey | None = None

    def __post_init__(self) -> None:
        texts = [("uuid", "uuid", UUID_LENGTH), ("reason", "motivo", NOTE_LENGTH)]
        texts += [
            (name, field, NUMBER_LENGTH)
            for name, field in (
                ("number", "nfe"),
                ("series", "serie"),
                ("model", "modelo"),
                ("receipt", "recibo"),
            )
        ]
        for name, field, limit in texts:
            text = getattr(self, name)
            if text is not None:
                cleaned = clean(text, field=field, limit=limit, note=name == "reason")
                object.__setattr__(self, name, cleaned)


@dataclass(slots=True, eq=False, kw_only=True)
class FiscalDocument(Aggregate):
    """A fiscal document of an order, as the issuer's last answer that counted left it."""

    id: FiscalDocumentId
    order_id: OrderId
    uuid: str
    status: FiscalStatus
    reason: str | None
    number: str | None
    series: str | None
    model: str | None
    receipt: str | None
    access_key: AccessKey | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def open(cls, document_id: FiscalDocumentId, answer: FiscalAnswer, *, at: datetime) -> Self:
        """Keep the first answer about a document."""
        document = cls(
            id=document_id,
            order_id=answer.order_id,
            uuid=answer.uuid,
            status=answer.status,
            reason=answer.reason,
            number=answer.number,
            series=answer.series,
            model=answer.model,
            receipt=answer.receipt,
            access_key=answer.access_key,
            created_at=at,
            updated_at=at,
        )
        document._tell(at)
        return document

    def learn(self, answer: FiscalAnswer, *, at: datetime) -> bool:
        """Take a further answer in and return whether it counted: a late one changes nothing.

        What the answer does not say stays as it is known, but for the reason of a former status.

        Raises:
            FiscalDocumentOfAnotherOrder: it is about another order.
        """
        assert answer.uuid == self.uuid
        if answer.order_id != self.order_id:
            raise FiscalDocumentOfAnotherOrder()
        if not self.status.may_become(answer.status):
            return False
        said_of_this_status = self.reason if answer.status is self.status else None
        self.status = answer.status
        self.reason = answer.reason or said_of_this_status
        self.number = answer.number or self.number
        self.series = answer.series or self.series
        self.model = answer.model or self.model
        self.receipt = answer.receipt or self.receipt
        self.access_key = answer.access_key or self.access_key
        self.updated_at = at
        self._tell(at)
        return True

    def _tell(self, at: datetime) -> None:
        self.record(
            OrderFiscalUpdated(
                occurred_at=at,
                order_id=self.order_id,
                uuid=self.uuid,
                status=self.status.value,
                reason=self.reason,
                number=self.number,
                series=self.series,
                model=self.model,
                receipt=self.receipt,
                access_key=None if self.access_key is None else self.access_key.text,
                created_at=self.created_at,
            )
        )
