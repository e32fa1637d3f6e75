"""A database server as tests see it: an address, and databases of their own."""

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pymysql

Kind = Literal["mariadb", "mysql"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server on which tests create and drop databases of their own."""

    kind: Kind
    host: str
    port: int
    user: str = "root"
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The server's address, without a database, as SQLAlchemy writes it."""
        secret = f":{self.password}" if self.password else ""
        return f"mysql+aiomysql://{self.user}{secret}@{self.host}:{self.port}/"

    def create_database(self, name: str | None = None) -> str:
        """Create an empty database and give its address."""
        name = name or f"cashhaven_test_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return f"{self.url}{name}?charset=utf8mb4"

    def drop_database(self, name_or_url: str) -> None:
        """Drop a database, given by its name or by the address from `create_database`."""
        name = urlsplit(name_or_url).path.strip("/")
        self.execute(f"DROP DATABASE IF EXISTS `{name}`")

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement as the server's administrator and give its rows."""
        connection = pymysql.connect(
            host=self.host, port=self.port, user=self.user, password=self.password, autocommit=True
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())


def server_at(kind: Kind, address: str) -> DatabaseServer:
    """Read the address of a server, of whatever driver."""
    parts = urlsplit(address)
    return DatabaseServer(
        kind=kind,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
    )
