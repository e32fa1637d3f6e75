from datetime import UTC, date, datetime, timedelta

import pytest

from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.events import (
    ClientAnonymised,
    ClientChanged,
    ClientRegistered,
    ClientRemoved,
)
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import InvalidInput
from tests.support.clients import REGISTERED, a_client, a_person

LATER = REGISTERED + timedelta(days=1)
RULES = ShopRules.of({})


def correct(client, person, **parts):
    usual = {"accepts_marketing": False, "rules": RULES, "by": UserId(8), "at": LATER}
    return client.correct(person, **usual | parts)


def test_a_registered_client_is_new():
    client = a_client()
    assert (client.version, client.created_at, client.updated_at) == (1, REGISTERED, REGISTERED)
    assert client.take_events() == (
        ClientRegistered(client_id=1, user_id=UserId(7), occurred_at=REGISTERED),
    )


def test_today_is_the_day_of_the_shop_and_not_of_greenwich():
    just_after_midnight_in_greenwich = datetime(2024, 1, 16, 1, 0, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="futuro"):
        a_client(person=a_person(birth_date=date(2024, 1, 16)), at=just_after_midnight_in_greenwich)


def test_a_correction_is_kept_with_its_moment():
    client = a_client(person=a_person())
    client.take_events()
    assert correct(client, a_person(name="Maria Silva"), accepts_marketing=True)
    assert client.known_person().name == "Maria Silva"
    assert client.accepts_marketing
    assert (client.created_at, client.updated_at) == (REGISTERED, LATER)
    assert client.take_events() == (
        ClientChanged(client_id=1, user_id=UserId(8), occurred_at=LATER),
    )


def test_a_correction_that_changes_nothing_leaves_no_trace():
    client = a_client(person=a_person())
    client.take_events()
    assert not correct(client, a_person())
    assert client.updated_at == REGISTERED
    assert client.take_events() == ()


def test_an_anonymous_client_is_nobody():
    client = a_client(accepts_marketing=True)
    client.take_events()
    client.become_anonymous(by=UserId(9), at=LATER)
    assert client.person is None
    assert not client.accepts_marketing
    assert (client.anonymised_at, client.updated_at) == (LATER, LATER)
    assert client.take_events() == (
        ClientAnonymised(client_id=1, user_id=UserId(9), occurred_at=LATER),
    )


def test_an_anonymous_client_stays_as_it_is():
    client = a_client()
    client.become_anonymous(by=UserId(9), at=LATER)
    with pytest.raises(ClientNotFound):
        correct(client, a_person())
    with pytest.raises(ClientNotFound):
        client.become_anonymous(by=UserId(9), at=LATER)
    with pytest.raises(ClientNotFound):
        client.leave(by=UserId(9), at=LATER)


def test_a_client_who_leaves_is_told_of():
    client = a_client()
    client.take_events()
    client.leave(by=UserId(9), at=LATER)
    assert client.take_events() == (
        ClientRemoved(client_id=1, user_id=UserId(9), occurred_at=LATER),
    )


def test_what_is_told_of_clients_holds_no_personal_data():
    client = a_client(person=a_person())
    client.become_anonymous(by=UserId(9), at=LATER)
    assert "Maria" not in repr(client) + repr(client.take_events())
