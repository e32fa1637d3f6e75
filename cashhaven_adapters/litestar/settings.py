"""What the web can be told when it is built; the defaults are those of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSettings:
    """Limits of the WebSocket. Sizes in bytes, times in seconds, numbers of one instance."""

    limited: bool = True
    """Whether rates and numbers of connections have limits; sizes and times always have."""
    most_connections: int = 5_000
    most_per_user: int = 10
    most_per_address: int = 50
    most_unknown: int = 200
    """Connections of which nobody knows yet who they are."""
    most_unknown_per_address: int = 10
    openings_per_second: int = 100
    sign_in_time: float = 5.0
    largest_first_frame: int = 4_096
    largest_frame: int = 65_536
    deepest: int = 16
    """How many lists and objects may lie within one another."""
    frames_per_second: int = 10
    burst_of_frames: int = 40
    most_topics: int = 16
    most_requests: int = 32
    """Requests of one connection at work at once."""
    most_waiting: int = 256
    """Frames that wait for a client that reads slowly."""
    most_waiting_bytes: int = 1_048_576
    most_resumed: int = 1_000
    """Events that a client may have missed and still gets."""
    heartbeat: float = 25.0
    recheck: float = 4.0
    """How long it takes to ask of every user once whether the tokens still count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Sizes in bytes, times in seconds."""

    allowed_origins: tuple[str, ...] = ()
    behind_tls: bool = False
    """Tell browsers to come by TLS only."""
    docs: bool = True
    largest_body: int = 1_048_576
    largest_headers: int = 16_384
    most_headers: int = 100
    longest_address: int = 8_192
    body_pause: float = 5.0
    body_time: float = 30.0
    handling_time: float = 10.0
    longer_handling: Mapping[str, float] = field(default_factory=dict)
    """Paths that begin so may take so long."""
    most_in_flight: int = 200
    sockets: SocketSettings = field(default_factory=SocketSettings)
