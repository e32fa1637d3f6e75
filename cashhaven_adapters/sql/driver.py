"""The drivers' connections, with what we need of them mended."""

import asyncio
from typing import Any

import aiomysql.connection
import aiosqlite


class MySqlConnection(aiomysql.connection.Connection):  # type: ignore[misc]  # the driver has no types
    """Writes bytes by itself: aiomysql 0.3 does it by a name that PyMySQL 1.2 took away."""

    def escape(self, obj: object) -> str:
        """Return the value as it stands in a statement."""
        if isinstance(obj, bytes):
            return f"_binary X'{obj.hex()}'"
        escaped: str = super().escape(obj)
        return escaped


async def connect_to_mysql(**arguments: Any) -> MySqlConnection:  # noqa: ANN401 - the driver's own
    """Return an open connection."""
    connection = MySqlConnection(**arguments)
    await connection._connect()
    return connection


async def connect_to_sqlite(
    *place: Any,  # noqa: ANN401 - the driver's own
    **arguments: Any,  # noqa: ANN401 - the driver's own
) -> aiosqlite.Connection:
    """Return an open connection; when there is none, wait for the end of the thread it began."""
    connection = aiosqlite.connect(*place, **arguments)
    connection._thread.daemon = True
    try:
        return await connection
    except BaseException:
        # Else it might still want to tell a loop that is closed by then.
        await asyncio.to_thread(connection._thread.join)
        raise
