"""The contracts of UserRepository and EndedTokens."""

import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import DomainError, StaleAggregate, StorageConflict
from cashhaven_domain.users.errors import LastAdministrator, UsernameTaken, UserNotFound
from cashhaven_domain.users.session import TokenId
from cashhaven_domain.users.user import AccountChange
from cashhaven_domain.users.username import Username
from tests.support.users import OPENED, a_user

ONE, TWO = UserId(1), UserId(2)
LATER = OPENED + timedelta(hours=1)
A_MOMENT = 0.01
"""Seconds that a transaction lets pass, so that others come in between if they can."""


def content(user):
    return (
        user.id,
        user.name,
        user.username,
        user.role,
        user.administrator,
        user.password_hash,
        user.must_change_password,
        user.session_version,
        user.removed_at,
        user.version,
    )


def rename(user, name):
    user.change(AccountChange(name=name), other_administrators=0, by=UserId(7), at=LATER)


async def add(storage, *users):
    async with storage.new_uow() as uow:
        for user in users:
            await uow.users.add(user)
        await uow.commit()


async def load(storage, user_id=ONE):
    async with storage.new_uow() as uow:
        return await uow.users.get_for_update(user_id)


async def save(storage, user):
    async with storage.new_uow() as uow:
        await uow.users.save(user)
        await uow.commit()


async def remove(storage, user_id):
    async with storage.new_uow() as uow:
        user = await uow.users.get_for_update(user_id)
        user.remove(other_administrators=1, by=UserId(7), at=LATER)
        await uow.users.save(user)
        await uow.commit()


@pytest.mark.parametrize(
    "user",
    [
        a_user(),
        a_user(administrator=True, one_time_password=True, role="Gerência 🍇"),
        a_user(username=Username("Ç" * 64), name="ﷺ" * 120, password_hash="$" * 255),
    ],
)
async def test_a_user_comes_back_equal(storage, user):
    await add(storage, user)
    assert content(await load(storage)) == content(user)


async def test_nothing_survives_without_a_commit(storage):
    async with storage.new_uow() as uow:
        await uow.users.add(a_user())
    with pytest.raises(UserNotFound):
        await load(storage)
    assert await storage.told() == []


async def test_nothing_survives_an_exception(storage):
    async def fail():
        async with storage.new_uow() as uow:
            await uow.users.add(a_user())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    with pytest.raises(UserNotFound):
        await load(storage)


async def test_a_loaded_user_is_detached(storage):
    await add(storage, a_user())
    async with storage.new_uow() as uow:
        rename(await uow.users.get_for_update(ONE), "Outra")
        await uow.commit()
    assert (await load(storage)).name == "Maria Silva"


async def test_an_old_version_is_refused(storage):
    await add(storage, a_user())
    old, new = await load(storage), await load(storage)
    rename(new, "Nova")
    await save(storage, new)
    assert new.version == 2
    rename(old, "Velha")
    with pytest.raises(StaleAggregate):
        await save(storage, old)
    assert content(await load(storage)) == content(new)


async def test_an_unknown_user_is_not_found(storage):
    with pytest.raises(UserNotFound):
        await load(storage)


@pytest.mark.parametrize("name", ["maria2", "MARIA2", "Maria2"])
async def test_a_name_belongs_to_one_user(storage, name):
    await add(storage, a_user(2))
    with pytest.raises(UsernameTaken):
        await add(storage, a_user(1, username=Username(name)))
    await add(storage, a_user(1))
    user = await load(storage)
    change = AccountChange(username=Username(name))
    user.change(change, other_administrators=0, by=UserId(7), at=LATER)
    with pytest.raises(UsernameTaken):
        await save(storage, user)


@pytest.mark.parametrize("others", [("acai", "açaí"), ("maria", "maria."), ("a b", "ab")])
async def test_names_that_a_collation_might_take_for_one_are_two(storage, others):
    one, other = (Username(text) for text in others)
    await add(storage, a_user(1, username=one), a_user(2, username=other))
    assert (await load(storage, TWO)).username == other


async def test_of_two_who_take_a_name_at_once_one_gets_it(storage):
    outcomes = await asyncio.gather(
        *(add(storage, a_user(n, username=Username("maria"))) for n in range(1, 6)),
        return_exceptions=True,
    )
    assert (
        sorted(type(outcome).__name__ for outcome in outcomes)
        == ["NoneType"] + ["UsernameTaken"] * 4
    )


async def test_a_removed_user_is_gone_and_the_name_free(storage):
    await add(storage, a_user())
    await remove(storage, ONE)
    with pytest.raises(UserNotFound):
        await load(storage)
    await add(storage, a_user(2, username=Username("MARIA1")))
    await remove(storage, TWO)
    await add(storage, a_user(3, username=Username("maria1")))


async def test_a_hash_is_renewed_in_place_of_the_old_one_only(storage):
    await add(storage, a_user(password_hash="old"), a_user(2, password_hash="old"))
    async with storage.new_uow() as uow:
        await uow.users.renew_hash(ONE, old="old", new="new")
        await uow.users.renew_hash(TWO, old="older", new="new")
        await uow.users.renew_hash(UserId(77), old="old", new="new")
        await uow.commit()
    one, two = await load(storage), await load(storage, TWO)
    assert (one.password_hash, one.version) == ("new", 1)
    assert (two.password_hash, two.version) == ("old", 1)


async def test_what_happened_is_told_once_and_in_order(storage):
    await add(storage, a_user(1), a_user(2, administrator=True))
    user = await load(storage)
    rename(user, "Nova")
    await save(storage, user)
    await save(storage, user)
    await remove(storage, ONE)
    told = await storage.told()
    assert [(topic, name, number) for topic, name, number, _ in told] == [
        ("user", "user.registered", 1),
        ("user", "user.registered", 2),
        ("user", "user.changed", 1),
        ("user", "user.removed", 1),
    ]
    assert told[1][3]["administrator"] is True
    assert told[2][3]["fields"] == ["nome"]
    assert not any("hash" in str(data) for *_, data in told)


async def patient(work):
    """Do it as the wrapper around use cases does: again, when the storage says so."""
    while True:
        try:
            return await work()
        except StorageConflict:
            await asyncio.sleep(0.01)
        except DomainError as refusal:
            return refusal


async def test_of_many_first_users_at_once_there_is_one(storage):
    async def claim(number):
        async with storage.new_uow() as uow:
            first = await uow.users.claim_first_place()
            await asyncio.sleep(A_MOMENT)
            await uow.users.add(a_user(number, administrator=first))
            await uow.commit()
            return first

    outcomes = await asyncio.gather(*(patient(lambda n=n: claim(n)) for n in range(1, 9)))
    assert sorted(outcomes) == [False] * 7 + [True]
    assert await claim(9) is False


async def test_the_first_place_is_free_again_when_the_first_did_not_stay(storage):
    async with storage.new_uow() as uow:
        assert await uow.users.claim_first_place()
        await uow.users.add(a_user())
    async with storage.new_uow() as uow:
        assert await uow.users.claim_first_place()


async def test_the_first_place_is_taken_also_by_users_that_came_otherwise_or_left(storage):
    await add(storage, a_user(), a_user(2))
    await remove(storage, ONE)
    await remove(storage, TWO)
    async with storage.new_uow() as uow:
        assert not await uow.users.claim_first_place()


async def test_administrators_are_counted_besides_one(storage):
    await add(
        storage,
        a_user(1, administrator=True),
        a_user(2, administrator=True),
        a_user(3, administrator=True),
        a_user(4),
    )
    await remove(storage, UserId(3))
    async with storage.new_uow() as uow:
        assert await uow.users.count_administrators_for_update(besides=ONE) == 1
        assert await uow.users.count_administrators_for_update(besides=UserId(4)) == 2


async def test_of_administrators_who_remove_one_another_one_stays(storage):
    await add(storage, *(a_user(n, administrator=True) for n in range(1, 5)))

    async def remove_next(number):
        other = UserId(number % 4 + 1)
        async with storage.new_uow() as uow:
            others = await uow.users.count_administrators_for_update(besides=other)
            await asyncio.sleep(A_MOMENT)
            user = await uow.users.get_for_update(other)
            user.remove(other_administrators=others, by=UserId(number), at=LATER)
            await uow.users.save(user)
            await uow.commit()

    outcomes = await asyncio.gather(*(patient(lambda n=n: remove_next(n)) for n in range(1, 5)))
    assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1
    async with storage.new_uow() as uow:
        assert await uow.users.count_administrators_for_update(besides=UserId(77)) == 1


async def ended(storage, user_id=ONE):
    standing = await storage.user_queries.find_standing(user_id)
    assert standing is not None
    return standing.ended


async def test_ended_tokens_are_those_of_their_user(storage):
    await add(storage, a_user(1), a_user(2))
    async with storage.new_uow() as uow:
        for token_id, user_id in (("a", ONE), ("b", TWO), ("A", ONE), ("a", ONE)):
            await uow.ended_tokens.add(TokenId(token_id), user_id=user_id, expires_at=LATER)
        await uow.commit()
    assert await ended(storage) == {"a", "A"}
    assert await ended(storage, TWO) == {"b"}


async def test_a_token_is_ended_when_the_transaction_is(storage):
    await add(storage, a_user())
    async with storage.new_uow() as uow:
        await uow.ended_tokens.add(TokenId("a"), user_id=ONE, expires_at=LATER)
    assert await ended(storage) == frozenset()


async def test_tokens_that_ran_out_before_are_purged(storage):
    await add(storage, a_user())
    moment = timedelta(microseconds=1)
    async with storage.new_uow() as uow:
        for token_id, end in (("a", LATER - moment), ("b", LATER), ("c", LATER + moment)):
            await uow.ended_tokens.add(TokenId(token_id), user_id=ONE, expires_at=end)
        await uow.commit()
    async with storage.new_uow() as uow:
        await uow.ended_tokens.purge(before=LATER)
        await uow.commit()
    assert await ended(storage) == {"b", "c"}


async def test_a_token_that_is_ended_twice_at_once_is_ended(storage):
    await add(storage, a_user())

    async def end():
        async with storage.new_uow() as uow:
            await uow.ended_tokens.add(TokenId("a"), user_id=ONE, expires_at=LATER)
            await uow.commit()

    assert await asyncio.gather(*(patient(end) for _ in range(4))) == [None] * 4
    assert await ended(storage) == {"a"}
