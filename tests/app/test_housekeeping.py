"""What a serving process does by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.workers import Housekeeping, until_quiet
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.errors import StorageLost
from cashhaven_domain.shared.ports import KeptAnswers

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOON = datetime(2024, 1, 15, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "pause"),
    [
        (NOON, timedelta(hours=16)),
        (datetime(2024, 1, 15, 6, 59, tzinfo=UTC), timedelta(minutes=1)),
        (datetime(2024, 1, 15, 7, tzinfo=UTC), timedelta(hours=24)),
    ],
)
def test_the_next_quiet_hour_is_four_in_the_morning_of_the_shop(now, pause):
    assert until_quiet(now, SAO_PAULO) == pause


class Answers(KeptAnswers):
    """Notes what it was asked to forget; fails when told to."""

    def __init__(self, *failures: Exception) -> None:
        self.asked: list[datetime] = []
        self.failures = list(failures)

    async def forget(self, *, before: datetime) -> int:
        self.asked.append(before)
        if self.failures:
            raise self.failures.pop()
        return 3


class Rules(ShopRulesReader):
    """The rules that every shop begins with."""

    async def read(self) -> ShopRules:
        return ShopRules.of([])


async def run_for(answers: Answers, nights: int) -> list[float]:
    pauses: list[float] = []
    clock = SettableClock(NOON)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(timedelta(seconds=seconds))
        if len(pauses) == nights:
            raise asyncio.CancelledError

    work = Housekeeping(answers=answers, rules=Rules(), clock=clock, sleep=sleep)
    with pytest.raises(asyncio.CancelledError):
        await work.run()
    return pauses


async def test_answers_are_forgotten_at_the_start_and_every_night():
    answers = Answers()

    pauses = await run_for(answers, nights=3)

    assert pauses == [16 * 3600, 24 * 3600, 24 * 3600]
    assert answers.asked[0] == NOON - timedelta(hours=24)
    assert len(answers.asked) == 3


@pytest.mark.parametrize("failure", [StorageLost(), RuntimeError("a bug")])
async def test_what_goes_wrong_is_tried_again_in_an_hour(failure):
    answers = Answers(failure)

    assert await run_for(answers, nights=2) == [3600, 15 * 3600]
    assert len(answers.asked) == 2
