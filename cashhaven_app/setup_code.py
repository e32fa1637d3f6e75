"""The one-time code that the first registration in production has to show."""

import secrets

from cashhaven_app.settings import Settings

LENGTH = 4
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are taken for one another."""


def new_setup_code(settings: Settings) -> str | None:
    """Return a fresh code; `None` where none is asked for."""
    if not settings.production:
        return None
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(LENGTH))
    return "-".join(groups)
