"""The MySQL driver's connection, with what we need of it mended."""

from typing import Any

from aiomysql.connection import Connection


class MySqlConnection(Connection):  # type: ignore[misc]  # the driver has no types
    """Writes bytes by itself: aiomysql 0.3 does it by a name that PyMySQL 1.2 took away."""

    def escape(self, obj: object) -> str:
        """Return the value as it stands in a statement."""
        if isinstance(obj, bytes):
            return f"_binary X'{obj.hex()}'"
        escaped: str = super().escape(obj)
        return escaped


async def connect(**arguments: Any) -> MySqlConnection:  # noqa: ANN401 - the driver's own
    """Return an open connection."""
    connection = MySqlConnection(**arguments)
    await connection._connect()
    return connection
