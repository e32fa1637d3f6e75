"""The contracts of UserQueries, AccountReader and StandingReader."""

from datetime import timedelta

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import Cursor, PageRequest
from cashhaven_domain.users.errors import UserNotFound
from cashhaven_domain.users.ports import Account
from cashhaven_domain.users.queries import UserView
from cashhaven_domain.users.session import Standing, TokenId
from cashhaven_domain.users.username import Username
from tests.support.users import OPENED, a_user

ONE = UserId(1)
LATER = OPENED + timedelta(hours=1)


async def add(storage, *users):
    async with storage.new_uow() as uow:
        for user in users:
            await uow.users.add(user)
        await uow.commit()


async def remove(storage, user_id):
    async with storage.new_uow() as uow:
        user = await uow.users.get_for_update(user_id)
        user.remove(other_administrators=1, by=UserId(7), at=LATER)
        await uow.users.save(user)
        await uow.commit()


async def ids(storage, **request):
    page = await storage.user_queries.list_page(PageRequest(**request))
    return [view.id for view in page.items], page.next


async def test_users_are_listed_by_number_in_pages(storage):
    await add(storage, a_user(3), a_user(1), a_user(20), a_user(2))
    await remove(storage, UserId(2))
    assert await ids(storage) == ([1, 3, 20], None)
    assert await ids(storage, limit=2) == ([1, 3], Cursor(3))
    assert await ids(storage, limit=2, after=Cursor(3)) == ([20], None)
    assert await ids(storage, limit=3) == ([1, 3, 20], None)
    assert await ids(storage, after=Cursor(20)) == ([], None)


async def test_a_view_shows_what_is_stored(storage):
    await add(storage, a_user(username=Username("Maria"), administrator=True))
    assert await storage.user_queries.get(ONE) == UserView(
        id=ONE, name="Maria Silva", username="Maria", role="Caixa", administrator=True, version=1
    )


async def test_an_account_is_found_by_number_and_by_name(storage):
    await add(storage, a_user(2), a_user(username=Username("JOÃO"), one_time_password=True))
    account = Account(
        id=ONE,
        name="Maria Silva",
        username="JOÃO",
        role="Caixa",
        administrator=False,
        must_change_password=True,
        session_version=1,
        password_hash="salt:hash",
    )
    assert await storage.user_queries.find_account(ONE) == account
    assert await storage.user_queries.find_account_by_username("joão") == account


@pytest.mark.parametrize("name", ["JOÃO", "joao", "", "jo%", "jo_o"])
async def test_only_the_folded_name_itself_finds_an_account(storage, name):
    await add(storage, a_user(username=Username("João")))
    assert await storage.user_queries.find_account_by_username(name) is None


async def test_who_was_removed_is_found_by_nothing(storage):
    await add(storage, a_user())
    await remove(storage, ONE)
    queries = storage.user_queries
    assert await queries.find_account(ONE) is None
    assert await queries.find_account_by_username("maria1") is None
    assert await queries.find_standing(ONE) is None
    with pytest.raises(UserNotFound):
        await queries.get(ONE)


async def test_whoever_left_was_a_user_all_the_same(storage):
    assert not await storage.user_queries.has_any_user()
    await add(storage, a_user())
    assert await storage.user_queries.has_any_user()
    await remove(storage, ONE)
    assert await storage.user_queries.has_any_user()


async def test_a_standing_shows_rights_and_ended_tokens(storage):
    await add(storage, a_user(administrator=True, one_time_password=True), a_user(2))
    async with storage.new_uow() as uow:
        user = await uow.users.get_for_update(ONE)
        user.end_sessions(by=ONE, at=LATER)
        await uow.users.save(user)
        for text in ("a", "b"):
            await uow.ended_tokens.add(TokenId(text), user_id=ONE, expires_at=LATER)
        await uow.commit()
    assert await storage.user_queries.find_standing(ONE) == Standing(
        user_id=ONE,
        name="Maria Silva",
        administrator=True,
        must_change_password=True,
        session_version=2,
        ended=frozenset({TokenId("a"), TokenId("b")}),
    )
    other = await storage.user_queries.find_standing(UserId(2))
    assert other is not None
    assert (other.session_version, other.ended) == (1, frozenset())
    assert await storage.user_queries.find_standing(UserId(77)) is None
