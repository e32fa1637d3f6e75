"""Everybody has a turn, however often some come and go or are told something."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from cashhaven_adapters.recent_reads import RecentSessions
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.session import SESSION_LENGTH
from tests.support.served_shop import served_shop

MARIA, JOANA = UserId(2), UserId(3)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[UserId]:
    """How often each user was looked at."""
    counted: Counter[UserId] = Counter()
    forget = RecentSessions.forget

    def counting(sessions: RecentSessions, user_id: UserId) -> None:
        counted[user_id] += 1
        forget(sessions, user_id)

    monkeypatch.setattr(RecentSessions, "forget", counting)
    return counted


async def test_whoever_comes_and_goes_has_no_more_turns_than_others(looks: Counter[UserId]):
    async with served_shop(recheck=0.5) as served:
        _ = await served.peer("joana")
        token = await served.token_of("maria")
        for _ in range(30):
            passing = await served.enter(token)
            passing.connection.transport.abort()
        _ = await served.enter(token)
        looks.clear()

        await asyncio.sleep(1.3)

    assert 1 <= looks[JOANA] <= 4
    assert 1 <= looks[MARIA] <= 4


async def test_those_to_whom_nothing_happens_have_their_turn_too():
    async with served_shop(recheck=0.2) as served:
        maria, joana = await served.peer("maria"), await served.peer("joana")
        await joana.subscribe("user")
        served.shop.clock.advance(SESSION_LENGTH - timedelta(seconds=30))

        async def tell() -> None:
            while True:
                await served.notify(user_id=JOANA)
                await asyncio.sleep(0.05)

        telling = asyncio.create_task(tell())
        try:
            _ = await maria.hear("token_expiring")
        finally:
            _ = telling.cancel()
