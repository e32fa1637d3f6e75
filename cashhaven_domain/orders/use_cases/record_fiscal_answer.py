"""Record a fiscal answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalDocument, FiscalDocumentId
from cashhaven_domain.orders.ports import OrdersUnitOfWork
from cashhaven_domain.orders.queries import FiscalDocumentView
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock, NumberSequence


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer:
    """What stands about the document now, and whether the answer counted."""

    document: FiscalDocumentView
    counted: bool


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFiscalAnswer:
    """Note what the fiscal issuer says about an order; a late answer changes nothing.

    Raises:
        AccessDenied: the actor may not record fiscal answers.
        OrderNotFound: there is no such order.
        FiscalDocumentOfAnotherOrder: the document is known, of another order.
    """

    new_uow: Callable[[], OrdersUnitOfWork]
    numbers: NumberSequence
    clock: Clock

    async def __call__(self, actor: Actor, answer: FiscalAnswer) -> RecordedAnswer:
        actor.require(Permission.RECORD_FISCAL_ANSWERS)
        (number,) = await self.numbers.take()
        async with self.new_uow() as uow:
            await uow.orders.hold(answer.order_id)
            document = await uow.fiscal_documents.find_for_update(answer.uuid)
            if document is None:
                document = FiscalDocument.open(
                    FiscalDocumentId(number), answer, at=self.clock.now()
                )
                counted = True
                await uow.fiscal_documents.add(document)
            else:
                counted = document.learn(answer, at=self.clock.now())
                if counted:
                    await uow.fiscal_documents.save(document)
            await uow.commit()
        return RecordedAnswer(document=FiscalDocumentView.of(document), counted=counted)
