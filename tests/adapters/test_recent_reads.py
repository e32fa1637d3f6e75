import asyncio

import pytest

from cashhaven_adapters.recent_reads import RecentSessions, RecentShopRules
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StorageBusy
from cashhaven_domain.users.ports import StandingReader
from cashhaven_domain.users.session import Standing
from tests.support.seconds import Seconds

ONE, TWO = UserId(1), UserId(2)


class Stored(StandingReader, ShopRulesReader):
    """Answers with how often it was asked; slowly, while it is held."""

    def __init__(self):
        self.reads = 0
        self.open = asyncio.Event()
        self.open.set()
        self.away = False

    async def find_standing(self, user_id):
        self.reads += 1
        standing = Standing(
            user_id=user_id,
            name="",
            administrator=False,
            must_change_password=False,
            session_version=self.reads,
        )
        await self.open.wait()
        if self.away:
            raise StorageBusy()
        return None if user_id == TWO else standing

    async def read(self):
        self.reads += 1
        return ShopRules.of([])


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def stored():
    return Stored()


@pytest.fixture
def sessions(stored, seconds):
    return RecentSessions(stored, monotonic=seconds)


async def version(sessions):
    standing = await sessions.look_up(ONE)
    assert standing is not None
    return standing.session_version


async def test_an_answer_serves_for_less_than_five_seconds(sessions, seconds):
    assert await version(sessions) == 1
    seconds.now += 4.999
    assert await version(sessions) == 1
    seconds.now += 0.001
    assert await version(sessions) == 2


async def test_the_seconds_count_from_the_beginning_of_the_reading(sessions, stored, seconds):
    stored.open.clear()
    reading = asyncio.create_task(version(sessions))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    seconds.now += 5
    stored.open.set()
    assert await reading == 1
    assert await version(sessions) == 2


async def test_that_there_is_nobody_is_an_answer_too(sessions, stored):
    assert await sessions.look_up(TWO) is None
    assert await sessions.look_up(TWO) is None
    assert stored.reads == 1


async def test_many_who_ask_at_once_share_a_reading(sessions, stored):
    assert await asyncio.gather(*(version(sessions) for _ in range(50))) == [1] * 50
    assert stored.reads == 1


async def test_what_is_forgotten_is_read_anew(sessions):
    assert await version(sessions) == 1
    sessions.forget(TWO)
    assert await version(sessions) == 1
    sessions.forget(ONE)
    assert await version(sessions) == 2


async def test_a_reading_on_its_way_when_something_changed_serves_nobody_later(sessions, stored):
    stored.open.clear()
    early = asyncio.create_task(version(sessions))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    sessions.forget(ONE)
    late = asyncio.create_task(version(sessions))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    stored.open.set()
    assert (await early, await late) == (1, 2)
    assert await version(sessions) == 2


async def test_a_failure_is_told_and_not_kept(sessions, stored):
    stored.away = True
    outcomes = await asyncio.gather(version(sessions), version(sessions), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageBusy, StorageBusy]
    stored.away = False
    assert await version(sessions) == 2


async def test_who_leaves_takes_the_answer_from_nobody(sessions, stored):
    stored.open.clear()
    first, second = (asyncio.create_task(version(sessions)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    stored.open.set()
    assert await second == 1


async def test_not_everybody_is_remembered_for_ever(stored, seconds, monkeypatch):
    monkeypatch.setattr("cashhaven_adapters.recent_reads.MOST_KEPT", 3)
    sessions = RecentSessions(stored, monotonic=seconds)
    for number in range(10, 20):
        await sessions.look_up(UserId(number))
        assert len(sessions._recent._answers) <= 3


async def test_rules_are_read_again_when_forgotten_or_old(stored, seconds):
    rules = RecentShopRules(stored, monotonic=seconds)
    assert await rules.read() == await rules.read() == ShopRules.of([])
    assert stored.reads == 1
    rules.forget()
    await rules.read()
    seconds.now += 5
    await rules.read()
    assert stored.reads == 3
