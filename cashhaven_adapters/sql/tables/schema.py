"""All tables: importing this module is what makes the collection complete."""

from cashhaven_adapters.sql.tables import (
    clients,
    numbers,
    operations,
    orders,
    outbox,
    parameters,
    sales,
    stock,
    stream,
    users,
)
from cashhaven_adapters.sql.tables.metadata import metadata

AREAS = (clients, numbers, operations, orders, outbox, parameters, sales, stock, stream, users)
"""The modules that declare tables."""

schema = metadata
"""Every table of the shop."""
