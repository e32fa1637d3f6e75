"""Saying once that something does not work, and once that it does again."""

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.typing import FilteringBoundLogger

from cashhaven_domain.shared.errors import Unavailable


class Outages:
    """Lets work be tried again and again: what fails is one line of the log for each outage.

    `expected` are failures that somebody else has to mend; any other is a bug of ours.
    """

    def __init__(
        self,
        log: FilteringBoundLogger,
        began: str,
        ended: str,
        expected: type[Exception] = Unavailable,
    ) -> None:
        self._log = log
        self._began = began
        self._ended = ended
        self._expected = expected
        self.failures = 0
        """How often it failed since it last worked."""

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Do a piece of the work; nothing that it raises comes out, unless it was cancelled."""
        try:
            yield
        except Exception as error:
            if not self.failures:
                self._tell(error)
            self.failures += 1
        else:
            self.works()

    def works(self) -> None:
        """Take down that it works."""
        if self.failures:
            self._log.info(self._ended)
        self.failures = 0

    def _tell(self, error: Exception) -> None:
        if isinstance(error, self._expected):
            self._log.warning(self._began, reason=getattr(error, "code", str(error)))
        else:
            self._log.error(self._began, exc_info=error)
