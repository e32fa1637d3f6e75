"""Steps of migrations that may be run again.

MySQL and MariaDB commit after every step, so a migration that fails halfway stays halfway. Each
step looks first whether it was done: then the remedy is to run the migration again.
"""

from alembic import op
from sqlalchemy import inspect
from sqlalchemy.schema import SchemaItem

from cashhaven_adapters.sql.tables.metadata import STORED


def create_table(name: str, *items: SchemaItem, numbered: bool = False) -> None:
    """Create a table; the storage numbers the rows of a `numbered` one and uses no number twice."""
    if not inspect(op.get_bind()).has_table(name):
        _ = op.create_table(name, *items, sqlite_autoincrement=numbered, **STORED)


def create_index(table: str, *columns: str, unique: bool = False) -> None:
    """Create an index under the name that the naming convention gives it."""
    name = f"ix_{table}_{'_'.join(columns)}"
    present = {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}
    if name not in present:
        op.create_index(name, table, list(columns), unique=unique)


def drop_tables(*names: str) -> None:
    """Drop tables with all they hold; those that refer to others come first."""
    for name in names:
        if inspect(op.get_bind()).has_table(name):
            op.drop_table(name)
