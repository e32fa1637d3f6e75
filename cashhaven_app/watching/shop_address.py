"""Where the shop is, as people write it down and as programs ask for it."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from cashhaven_app.commands.errors import CommandError


@dataclass(frozen=True, slots=True)
class ShopAddress:
    """The address of a server, without a path."""

    scheme: str
    place: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the address that somebody wrote: `http://loja:5238`, or without `http://`.

        Raises:
            CommandError: it is none, or it holds a password.
        """
        parts = urlsplit(text if "://" in text else f"http://{text}")
        wrong = parts.username or parts.query or parts.fragment or parts.path.strip("/")
        if parts.scheme not in {"http", "https"} or not parts.hostname or wrong:
            raise CommandError(f"--url: {text}: deve ser como http://127.0.0.1:5238")
        return cls(parts.scheme, parts.netloc)

    @property
    def http(self) -> str:
        """What paths of the API are put behind."""
        return f"{self.scheme}://{self.place}"

    def socket(self, kind: str | None) -> str:
        """Return the address of the WebSocket, for this kind of client."""
        scheme = "wss" if self.scheme == "https" else "ws"
        return f"{scheme}://{self.place}/ws" + ("" if kind is None else f"?cliente={kind}")
