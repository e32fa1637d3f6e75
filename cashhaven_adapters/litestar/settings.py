"""What the web can be told when it is built; the defaults are those of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
