"""The address that the shop is reached at: taken by one process, or shared by several."""

import socket

from cashhaven_app.commands.errors import CommandError, ExitStatus

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, for this process alone.

    Raises:
        CommandError: somebody else does already.
    """
    try:
        return socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
    except OSError as error:
        raise _taken(host, port, error) from None


def reserve(host: str, port: int) -> socket.socket:
    """Keep the port for the processes that will share it; this socket itself takes no connection.

    Raises:
        CommandError: somebody else listens there already.
    """
    try:
        # Who would share it from the start could not tell another shop's processes from our own.
        with _bound(host, port, shared=False) as probe:
            port = probe.getsockname()[1]
        return _bound(host, port, shared=True)
    except OSError as error:
        raise _taken(host, port, error) from None


def share(host: str, port: int) -> socket.socket:
    """Return a socket of this process at an address that others have too; it does not listen yet.

    The kernel spreads connections evenly over those that listen. One queue for all of them would
    give nearly all of 64 connections that arrive together to the process that wakes up first, and
    connections to a process that died would wait for nobody.
    """
    return _bound(host, port, shared=True)


def shown(host: str) -> str:
    """Return the host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    end = socket.socket(_family(host), socket.SOCK_STREAM)
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if end.family == socket.AF_INET6:
            end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        end.bind((host, port))
    except OSError:
        end.close()
        raise
    return end


def _taken(host: str, port: int, error: OSError) -> CommandError:
    return CommandError(
        f"não foi possível atender em {shown(host)}:{port} ({error.strerror or error})",
        "  escolha outra porta com --port, ou encerre quem a está usando",
        status=ExitStatus.UNAVAILABLE,
    )
