"""Run by Alembic for each command: hands it the connection that `SchemaVersions` opened."""

from alembic import context

from cashhaven_adapters.sql.tables.schema import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
