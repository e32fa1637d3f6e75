"""People tell one another something; the system tells its administrators."""

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.access import Actor, PasswordChangeRequired, UserId
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput, KeyReused
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.stream.events import ClientKind, Level, Notification, SystemAlert, Target
from cashhaven_domain.stream.use_cases.notify import Notified, NotifyCommand
from cashhaven_domain.stream.use_cases.raise_alert import RaiseAlertCommand
from cashhaven_domain.users.errors import UserNotFound
from tests.support.users import hire

KEY = OperationKey("a key")


@pytest.fixture
def shop():
    return open_shop()


def said(shop):
    return [event for event in shop.events if isinstance(event, Notification)]


async def test_a_user_is_told_something(shop):
    cook = await hire(shop, "cozinheira")
    command = NotifyCommand(
        text="  Falta açaí \r\nna câmara ",
        title=" Câmara ",
        level=Level.URGENT,
        user_id=cook.user_id,
    )
    answer = await shop.notify(shop.operator, command)
    assert answer.receipt == Notified(at=shop.clock.now())
    (event,) = said(shop)
    assert event == Notification(
        occurred_at=shop.clock.now(),
        text="Falta açaí \nna câmara",
        title="Câmara",
        level=Level.URGENT,
        sender_id=shop.operator.user_id,
        sender_name="Operadora",
        target=Target(user_id=cook.user_id),
    )
    assert event.aggregate_id == cook.user_id
    assert "açaí" not in repr(event) + repr(command)


async def test_a_user_who_is_not_there_is_told_nothing(shop):
    with pytest.raises(UserNotFound):
        await shop.notify(shop.operator, NotifyCommand(text="Oi", user_id=UserId(77)))
    assert said(shop) == []


async def test_a_user_who_was_removed_is_told_nothing(shop):
    await hire(shop, "dona")
    cook = await hire(shop, "cozinheira")
    await shop.remove_user(shop.administrator, cook.user_id)
    with pytest.raises(UserNotFound):
        await shop.notify(shop.operator, NotifyCommand(text="Oi", user_id=cook.user_id))
    assert said(shop) == []


@pytest.mark.parametrize("kind", ClientKind)
async def test_all_clients_of_a_kind_are_told_something(shop, kind):
    await shop.notify(shop.operator, NotifyCommand(text="Oi", client_kind=kind))
    (event,) = said(shop)
    assert (event.target, event.aggregate_id) == (Target(client_kind=kind), 0)
    assert (event.title, event.level) == (None, Level.INFO)


async def test_only_an_administrator_tells_everybody(shop):
    command = NotifyCommand(text="Fechamos às dez", everybody=True)
    with pytest.raises(AccessDenied):
        await shop.notify(shop.operator, command)
    assert said(shop) == []
    await shop.notify(shop.administrator, command)
    (event,) = said(shop)
    assert event.target == Target()


TILL, KITCHEN = ClientKind.TILL, ClientKind.KITCHEN


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(), [True, True, True, True]),
        (Target(user_id=UserId(1)), [True, True, False, False]),
        (Target(client_kind=TILL), [True, False, False, False]),
        (Target(client_kind=KITCHEN), [False, False, True, False]),
        (Target(user_id=UserId(2), client_kind=KITCHEN), [False, False, True, False]),
    ],
)
def test_a_target_is_met_by_users_and_by_what_they_have_in_front_of_them(target, met):
    listeners = [(UserId(1), TILL), (UserId(1), None), (UserId(2), KITCHEN), (UserId(2), None)]
    assert [target.is_met_by(user_id, kind) for user_id, kind in listeners] == met


async def test_who_must_change_the_password_tells_nobody_anything(shop):
    actor = Actor(user_id=UserId(5), name="Nova", must_change_password=True)
    with pytest.raises(PasswordChangeRequired):
        await shop.notify(actor, NotifyCommand(text="Oi", client_kind=ClientKind.TILL))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"user_id": UserId(1), "everybody": True},
        {"user_id": UserId(1), "client_kind": ClientKind.TILL},
        {"client_kind": ClientKind.TILL, "everybody": True},
    ],
)
def test_it_is_for_a_user_or_a_kind_of_clients_or_everybody(parts):
    with pytest.raises(InvalidInput, match="só um deles"):
        NotifyCommand(text="Oi", **parts)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"text": ""}, "texto"),
        ({"text": "  \n"}, "texto"),
        ({"text": "x" * 501}, "texto"),
        ({"text": "a\x00b"}, "texto"),
        ({"text": "Oi", "title": " "}, "titulo"),
        ({"text": "Oi", "title": "x" * 121}, "titulo"),
        ({"text": "Oi", "title": "a\nb"}, "titulo"),
    ],
)
def test_what_is_no_text_is_not_said(parts, field):
    with pytest.raises(InvalidInput, match=field):
        NotifyCommand(**parts, everybody=True)


def test_the_longest_text_is_said():
    assert NotifyCommand(text="x" * 500, everybody=True).text == "x" * 500


async def test_what_is_repeated_with_its_key_is_said_once(shop):
    command = NotifyCommand(text="Oi", client_kind=ClientKind.KITCHEN, operation_key=KEY)
    first = await shop.notify(shop.operator, command)
    again = await shop.notify(shop.operator, command)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.receipt == first.receipt
    assert len(said(shop)) == 1
    with pytest.raises(KeyReused):
        await shop.notify(
            shop.operator,
            NotifyCommand(text="Olá", client_kind=ClientKind.KITCHEN, operation_key=KEY),
        )


async def test_administrators_are_told_that_something_is_wrong(shop):
    command = RaiseAlertCommand(
        code="RELAY_LAG", sentence="Os eventos estão atrasados", level=Level.URGENT
    )
    await shop.raise_alert(Actor.system(), command)
    assert shop.events == (
        SystemAlert(
            occurred_at=shop.clock.now(),
            code="RELAY_LAG",
            sentence="Os eventos estão atrasados",
            level=Level.URGENT,
        ),
    )
    assert shop.events[0].aggregate_id == 0


async def test_operators_raise_no_alerts(shop):
    with pytest.raises(AccessDenied):
        await shop.raise_alert(shop.operator, RaiseAlertCommand(code="X", sentence="x"))
    assert shop.events == ()
