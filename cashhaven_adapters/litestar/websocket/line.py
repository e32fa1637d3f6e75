"""The line to one client, as those see it who have frames to send."""

from cashhaven_adapters.litestar.websocket.frames import Error, Frame
from cashhaven_adapters.litestar.websocket.outlet import Outlet, framed
from cashhaven_adapters.litestar.wire import encode
from cashhaven_domain.shared.errors import DomainError


class Line:
    """Writes frames into an outlet."""

    __slots__ = ("outlet",)

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet

    def tell(self, frame: Frame) -> None:
        """Send a frame."""
        self.outlet.write(framed(encode(frame)))

    def refuse(self, error: DomainError) -> None:
        """Say that something was not done, and why."""
        self.tell(Error(code=error.code, message=str(error)))
