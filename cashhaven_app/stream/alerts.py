"""Telling administrators that something is wrong with the system; the log has it in any case."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum

import structlog

from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_app.stream.bell import Bell
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import DomainError, StorageFull, Unavailable
from cashhaven_domain.stream.events import Level
from cashhaven_domain.stream.use_cases.raise_alert import RaiseAlert, RaiseAlertCommand

QUIET_SECONDS = 300.0
"""So long nothing more is said of what was told."""
RETRY_SECONDS = 5.0
"""What could not be told now is tried again after that, until it is."""

_log = structlog.get_logger("cashhaven.alerts")


class AlertCode(StrEnum):
    """What alerts are called by programs; a code, once given, is for ever."""

    STORAGE_FULL = "STORAGE_FULL"
    STORAGE_DEFECT = "STORAGE_DEFECT"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    STREAM_LAGS = "STREAM_LAGS"


class Alerts:
    """Takes alerts from anywhere in the process, at once, and tells them one after the other.

    - `raise_alert()`: something is wrong; of one code only the last sentence waits.
    - `notice()`: judges what came out of a use case, which may be worth an alert.
    - `stream_lags()`: events wait for their places for too long.
    """

    def __init__(
        self,
        raise_alert: Callable[[Actor, RaiseAlertCommand], Awaitable[None]],
        *,
        retry_seconds: float = RETRY_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = raise_alert
        self._retry_seconds = retry_seconds
        self._monotonic = monotonic
        self._waiting: dict[str, RaiseAlertCommand] = {}
        self._told_at: dict[str, float] = {}
        self._bell = Bell()

    def raise_alert(self, code: str, sentence: str, level: Level = Level.WARNING) -> None:
        """Have administrators told, unless they were told of the same lately."""
        told_at = self._told_at.get(code)
        if told_at is not None and self._monotonic() - told_at < QUIET_SECONDS:
            return
        self._waiting[code] = RaiseAlertCommand(code=code, sentence=sentence, level=level)
        self._bell.ring()

    def notice(self, name: str, error: Exception) -> None:
        """Raise an alert when the error, of the use case of this name, is worth one."""
        if name == RaiseAlert.__name__:
            return
        if isinstance(error, StorageFull):
            sentence = "Faltou espaço para gravar no banco de dados; libere espaço"
            self.raise_alert(AlertCode.STORAGE_FULL, sentence, Level.URGENT)
        elif isinstance(error, StorageDefectError):
            sentence = f"O banco de dados recusou uma gravação de {name}: um erro do programa"
            self.raise_alert(AlertCode.STORAGE_DEFECT, sentence, Level.URGENT)
        elif not isinstance(error, DomainError):
            sentence = f"Erro interno em {name}; os registros do servidor dizem mais"
            self.raise_alert(AlertCode.INTERNAL_ERROR, sentence)

    def stream_lags(self) -> None:
        """Raise the alert that events are late."""
        sentence = "Os eventos chegam atrasados às telas há mais de 5 segundos"
        self.raise_alert(AlertCode.STREAM_LAGS, sentence)

    async def run(self) -> None:
        """Tell what waits until cancelled, whatever becomes of the storage meanwhile."""
        while True:
            _ = await self._bell.rung(self._retry_seconds)
            for code in list(self._waiting):
                if not await self._told(self._waiting[code]):
                    await asyncio.sleep(self._retry_seconds)

    async def _told(self, command: RaiseAlertCommand) -> bool:
        try:
            await self._tell(Actor.system(), command)
        except Unavailable:
            return False
        except Exception:
            # It will not go better next time; what it was about is in the log already.
            _log.exception("alert_not_told", code=command.code)
        del self._waiting[command.code]
        self._told_at[command.code] = self._monotonic()
        return True
