"""Keeps the tests at home: whatever reaches out of this machine fails at once, and says so."""

import ipaddress
import sys
from collections.abc import Collection

_HOME = {"localhost", ""}
_EVENTS = {"socket.connect", "socket.sendto"}


class ReachedOut(RuntimeError):
    """A test tried to reach something beyond loopback."""


def stay_on_loopback(also: Collection[str] = ()) -> None:
    """From now on refuse connections and look-ups beyond loopback, except to the hosts named."""
    allowed = _HOME | set(also)

    def watch(event: str, details: tuple[object, ...]) -> None:
        if event in _EVENTS and isinstance(details[1], tuple):
            host = details[1][0]
        elif event == "socket.getaddrinfo":
            host = details[0]
        else:
            return
        if not _is_home(host, allowed):
            raise ReachedOut(f"tests stay on this machine, and this one reached for {host!r}")

    sys.addaudithook(watch)


def _is_home(host: object, allowed: Collection[str]) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in allowed:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
