"""Administrators learn what is wrong: once, from whichever part, and in spite of the storage."""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.sql.errors import BrokenConstraintError, StorageDefectError
from cashhaven_app.observation import ObservedUseCase, Observer, write_nothing
from cashhaven_app.stream.alerts import QUIET_SECONDS, AlertCode, Alerts
from cashhaven_app.stream.at_work import stream_at_work
from cashhaven_app.testing import open_shop
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import Conflict, StorageBusy, StorageFull
from cashhaven_domain.stream.events import Level, SystemAlert
from tests.support.seconds import until


class Crier:
    """Tells, or fails to."""

    def __init__(self):
        self.told = []
        self.tries = 0
        self.failure = None
        self.moment = 0.0

    async def __call__(self, actor, command):
        self.tries += 1
        if self.failure is not None:
            raise self.failure
        assert actor == Actor.system()
        self.told.append(command)

    @property
    def codes(self):
        return [command.code for command in self.told]


@pytest.fixture
def crier():
    return Crier()


@asynccontextmanager
async def at_work(crier):
    alerts = Alerts(crier, retry_seconds=0.01, monotonic=lambda: crier.moment)
    task = asyncio.create_task(alerts.run())
    try:
        yield alerts
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_an_alert_is_told_and_then_nothing_more_of_it_for_a_while(crier):
    async with at_work(crier) as alerts:
        alerts.raise_alert("ONE", "Um", Level.URGENT)
        alerts.raise_alert("ONE", "Um de novo", Level.URGENT)
        alerts.raise_alert("TWO", "Dois")
        await until(lambda: len(crier.told) == 2)
        crier.moment = QUIET_SECONDS - 1
        alerts.raise_alert("ONE", "Ainda", Level.URGENT)
        await asyncio.sleep(0.05)
        said = [(command.code, command.sentence, command.level) for command in crier.told]
        assert said == [("ONE", "Um de novo", Level.URGENT), ("TWO", "Dois", Level.WARNING)]
        crier.moment = QUIET_SECONDS
        alerts.raise_alert("ONE", "Outra vez")
        await until(lambda: crier.codes == ["ONE", "TWO", "ONE"])


async def test_what_cannot_be_told_now_is_told_when_it_can(crier):
    crier.failure = StorageFull()
    async with at_work(crier) as alerts:
        alerts.notice("RegisterSales", StorageFull())
        await until(lambda: crier.tries > 2)
        assert crier.told == []
        crier.failure = None
        await until(lambda: crier.codes == [AlertCode.STORAGE_FULL])


async def test_a_bug_in_telling_is_logged_and_not_repeated(crier):
    crier.failure = ZeroDivisionError()
    with capture_logs() as lines:
        async with at_work(crier) as alerts:
            alerts.stream_lags()
            await until(lambda: len(lines) == 1)
            crier.failure = None
            alerts.raise_alert("ANOTHER", "Outro")
            await until(lambda: crier.codes == ["ANOTHER"])
    (line,) = lines
    assert (line["event"], line["code"]) == ("alert_not_told", "STREAM_LAGS")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StorageFull(), AlertCode.STORAGE_FULL),
        (BrokenConstraintError("ck_product_balance_not_negative"), AlertCode.STORAGE_DEFECT),
        (StorageDefectError("error 1264"), AlertCode.STORAGE_DEFECT),
        (ZeroDivisionError(), AlertCode.INTERNAL_ERROR),
        (StorageBusy(), None),
        (Conflict("não"), None),
    ],
    ids=lambda part: type(part).__name__,
)
async def test_what_comes_out_of_a_use_case_may_be_worth_an_alert(crier, error, code):
    async def fail(actor):
        raise error

    async with at_work(crier) as alerts:
        observer = Observer(log=write_nothing, alarm=alerts.notice, sleep=at_once)
        with pytest.raises(type(error)):
            await ObservedUseCase(observer, fail)(Actor.system())
        alerts.raise_alert("LAST", "Fim")
        await until(lambda: "LAST" in crier.codes)
    assert crier.codes == ([code] if code else []) + ["LAST"]
    assert all("ck_product" not in command.sentence for command in crier.told)


async def at_once(_):
    return


async def test_that_an_alert_failed_is_no_alert(crier):
    async with at_work(crier) as alerts:
        alerts.notice("RaiseAlert", ZeroDivisionError())
        await asyncio.sleep(0.05)
    assert crier.tries == 0


async def test_a_serving_process_tells_what_went_wrong_in_it():
    shop = open_shop()
    no_command: Any = None
    tasks = [
        asyncio.ensure_future(work()) for work in stream_at_work(shop.container, keeps_house=True)
    ]
    try:
        with pytest.raises(AttributeError):
            await shop.add_product(shop.administrator, no_command)
        shop.container.adapters.relaying().lag_listeners[0]()
        await until(lambda: len(shop.events) == 2)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    codes = {event.code for event in shop.events if isinstance(event, SystemAlert)}
    assert codes == {"INTERNAL_ERROR", "STREAM_LAGS"}
