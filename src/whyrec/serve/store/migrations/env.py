"""Run Alembic on the connection that whyrec passes, inside its transaction."""

from alembic import context

from whyrec.serve.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
