from datetime import UTC, date, datetime, timedelta

import pytest

from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.errors import FiscalDocumentOfAnotherOrder, OrderNotFound
from cashhaven_domain.orders.events import OrderFiscalUpdated
from cashhaven_domain.orders.fiscal_document import FiscalAnswer, FiscalStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.list_fiscal_documents import ListFiscalDocumentsQuery
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import PageRequest
from tests.support.selling import honest_shop, line, ordered, stocked

PROCESSING, APPROVED, REJECTED, CANCELLED, CONTINGENCY, UNUSABLE = FiscalStatus
KEY = AccessKey("35261112ABC34501DE35650010000001231123456780")


@pytest.fixture
async def shop():
    async with honest_shop() as shop:
        yield shop


@pytest.fixture
async def number(shop):
    return await ordered(shop, line(await stocked(shop)))


async def record(shop, order_id, status, uuid="a-1", **parts):
    answer = FiscalAnswer(order_id=order_id, uuid=uuid, status=FiscalStatus(status), **parts)
    return await shop.record_fiscal_answer(shop.operator, answer)


async def test_an_answer_is_kept_with_its_order(shop, number):
    recorded = await record(
        shop,
        number,
        "aprovado",
        reason="Autorizado",
        number="123",
        series="1",
        model="65",
        receipt="9",
        access_key=KEY,
    )
    assert recorded.counted
    assert recorded.document.access_key == KEY
    order = await shop.find_order(shop.operator, number)
    assert order.fiscal == (recorded.document,)
    assert order.version == 1


@pytest.mark.parametrize("later", FiscalStatus)
@pytest.mark.parametrize("present", FiscalStatus)
async def test_what_the_authority_has_settled_no_late_answer_changes(shop, number, present, later):
    first = await record(shop, number, present, reason="primeira")
    shop.clock.advance(timedelta(minutes=1))
    second = await record(shop, number, later, reason="segunda")
    final = {CANCELLED, UNUSABLE}
    counts = later is CANCELLED if present is APPROVED else present not in final
    assert second.counted is counts
    assert second.document.id == first.document.id
    if counts:
        assert (second.document.status, second.document.reason) == (later, "segunda")
        assert second.document.updated_at > second.document.created_at
    else:
        assert second.document == first.document


async def test_what_an_answer_does_not_say_stays_known(shop, number):
    await record(shop, number, "aprovado", number="123", access_key=KEY)
    document = (await record(shop, number, "cancelado", reason="Desistência")).document
    assert (document.number, document.access_key) == ("123", KEY)


async def test_answers_that_count_are_told_and_late_ones_are_not(shop, number):
    for status in ("processando", "aprovado", "reprovado", "cancelado"):
        await record(shop, number, status)
    told = [event for event in shop.events if isinstance(event, OrderFiscalUpdated)]
    assert [(event.order_id, event.uuid, event.status) for event in told] == [
        (number, "a-1", "processando"),
        (number, "a-1", "aprovado"),
        (number, "a-1", "cancelado"),
    ]


async def test_an_answer_is_told_as_the_document_stands_then(shop, number):
    first = await record(shop, number, "processando", receipt="9")
    shop.clock.advance(timedelta(minutes=1))
    document = (
        await record(
            shop,
            number,
            "aprovado",
            reason="Autorizado",
            number="123",
            series="1",
            model="65",
            access_key=KEY,
        )
    ).document
    (_, event) = (event for event in shop.events if isinstance(event, OrderFiscalUpdated))
    assert event == OrderFiscalUpdated(
        occurred_at=document.updated_at,
        order_id=number,
        uuid="a-1",
        status="aprovado",
        reason="Autorizado",
        number="123",
        series="1",
        model="65",
        receipt="9",
        access_key=KEY.text,
        created_at=first.document.created_at,
    )


async def test_an_order_may_have_several_documents(shop, number):
    await record(shop, number, "reprovado", uuid="a-1")
    await record(shop, number, "aprovado", uuid="a-2")
    order = await shop.find_order(shop.operator, number)
    assert [document.uuid for document in order.fiscal] == ["a-1", "a-2"]


async def test_a_document_belongs_to_one_order(shop, number):
    other = await ordered(shop, line(await stocked(shop)))
    await record(shop, number, "processando")
    with pytest.raises(FiscalDocumentOfAnotherOrder):
        await record(shop, other, "aprovado")


async def test_an_answer_about_no_order_is_refused(shop):
    with pytest.raises(OrderNotFound):
        await record(shop, OrderId(77), "aprovado")


async def test_who_must_change_the_password_records_no_answers(shop, number):
    actor = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    answer = FiscalAnswer(order_id=number, uuid="a-1", status=APPROVED)
    with pytest.raises(PasswordChangeRequired):
        await shop.record_fiscal_answer(actor, answer)


def test_one_gateway_says_processing_in_another_word():
    assert FiscalStatus("processamento") is PROCESSING
    with pytest.raises(ValueError, match="aguardando"):
        FiscalStatus("aguardando")


@pytest.mark.parametrize(
    ("parts", "named"),
    [({"uuid": " "}, "uuid"), ({"number": "1" * 61}, "nfe"), ({"reason": "x" * 501}, "motivo")],
)
def test_an_answer_must_be_readable(parts, named):
    usual = {"order_id": OrderId(1), "uuid": "a-1", "status": APPROVED}
    with pytest.raises(InvalidInput, match=named):
        FiscalAnswer(**usual | parts)


async def test_documents_are_listed_by_status_and_day_newest_first_in_pages(shop, number):
    shop.clock.set(datetime(2024, 1, 15, 2, 59, tzinfo=UTC))
    await record(shop, number, "aprovado", uuid="a-1")
    shop.clock.set(datetime(2024, 1, 15, 3, 0, tzinfo=UTC))
    for uuid, status in (("a-2", "aprovado"), ("a-3", "reprovado")):
        await record(shop, number, status, uuid=uuid)

    async def listed(**parts):
        query = ListFiscalDocumentsQuery(**parts)
        page = await shop.list_fiscal_documents(shop.operator, query)
        return [document.uuid for document in page.items], page.next

    assert await listed() == (["a-3", "a-2", "a-1"], None)
    assert (await listed(status=APPROVED))[0] == ["a-2", "a-1"]
    assert (await listed(since=date(2024, 1, 15)))[0] == ["a-3", "a-2"]
    assert (await listed(until=date(2024, 1, 14)))[0] == ["a-1"]
    page, cursor = await listed(page=PageRequest(limit=2))
    assert page == ["a-3", "a-2"]
    assert (await listed(page=PageRequest(limit=2, after=cursor)))[0] == ["a-1"]


async def test_the_reason_of_a_refusal_does_not_outlive_it(shop, number):
    await record(shop, number, "reprovado", reason="Rejeição 539")
    again = await record(shop, number, "reprovado")
    approved = await record(shop, number, "aprovado")

    assert again.document.reason == "Rejeição 539"
    assert approved.document.reason is None
