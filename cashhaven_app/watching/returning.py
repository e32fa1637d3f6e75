"""What to do after a connection was closed: the table of the protocol's closing codes."""

from dataclasses import dataclass
from typing import TypeAlias

from cashhaven_adapters.litestar.websocket.closing import CloseCode


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after a time chosen evenly between the two, in seconds."""

    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class SignInFirst:
    """Come back with a new token."""


@dataclass(frozen=True, slots=True)
class StayAway:
    """Coming back would only fail again."""


Answer: TypeAlias = Wait | SignInFirst | StayAway

ABNORMAL = 1006
"""What a connection ends with that nobody closed."""
LONGEST_WAIT = 20.0
_OF_THE_PROTOCOL = frozenset({1002, 1003, 1007, 1009, 1010})
_STAY_AWAY = frozenset(
    {CloseCode.NOT_ALLOWED, CloseCode.NOT_UNDERSTOOD, CloseCode.FRAME_TOO_LARGE, *_OF_THE_PROTOCOL}
)


def answer_to(code: int, attempt: int) -> Answer:
    """Return what to do after this code, for the n-th time in a row (from 0)."""
    if code == CloseCode.RESTARTING:
        return Wait(0.5, LONGEST_WAIT)
    if code in {CloseCode.FAULT, CloseCode.OVERLOADED}:
        return Wait(5.0, 60.0)
    if code == CloseCode.TOO_MANY_FRAMES:
        return Wait(30.0, 30.0)
    if code == CloseCode.NOT_SIGNED_IN:
        return SignInFirst()
    if code in _STAY_AWAY:
        return StayAway()
    if code in {CloseCode.NO_PONG, CloseCode.TOO_SLOW}:
        return Wait(0.0, min(LONGEST_WAIT, 2.0**attempt))
    return Wait(0.5, min(LONGEST_WAIT, 2.0 ** (attempt + 1)))
