"""The contract of Notices."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import Conflict
from cashhaven_domain.users.events import TokenEnded
from tests.support.storages import Storage
from tests.support.users import a_user

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


def ended(token_id: str) -> TokenEnded:
    return TokenEnded(occurred_at=NOW, user_id=UserId(7), by=UserId(7), token_id=token_id)


async def told(storage: Storage) -> list[tuple[str, int, str | None]]:
    return [(name, number, data.get("token_id")) for _, name, number, data in await storage.told()]


async def test_what_is_told_is_kept_with_the_transaction_in_its_place(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        uow.notices.tell(ended("first"))
        await uow.users.add(a_user(1))
        uow.notices.tell(ended("second"))
        await uow.commit()
    assert await told(storage) == [
        ("user.token_ended", 7, "first"),
        ("user.registered", 1, None),
        ("user.token_ended", 7, "second"),
    ]


async def test_without_commit_nothing_was_told(storage: Storage) -> None:
    async with storage.new_uow() as uow:
        uow.notices.tell(ended("first"))
    assert await told(storage) == []


async def test_what_a_stretch_told_is_undone_with_it(storage: Storage) -> None:
    async def fail(uow: Any) -> None:
        async with uow.savepoint():
            uow.notices.tell(ended("second"))
            raise Conflict("no")

    async with storage.new_uow() as uow:
        uow.notices.tell(ended("first"))
        with pytest.raises(Conflict):
            await fail(uow)
        await uow.commit()
    assert await told(storage) == [("user.token_ended", 7, "first")]


async def test_a_transaction_that_only_tells_wakes_the_listeners(storage: Storage) -> None:
    woken: list[int] = []
    storage.event_listeners.append(lambda: woken.append(1))
    async with storage.new_uow() as uow:
        uow.notices.tell(ended("first"))
        await uow.commit()
    assert woken == [1]
