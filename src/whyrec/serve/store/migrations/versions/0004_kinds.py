"""Normalise the kinds of events: DISLIKE becomes dislike. Unknown kinds stay; they are choices."""

import sqlalchemy as sa
from alembic import op

from whyrec.core.kinds import canonical

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    connection = op.get_bind()
    events = sa.table("events", sa.column("kind", sa.Text()))
    for kind in connection.execute(sa.select(events.c.kind).distinct()).scalars().all():
        name = canonical(kind)
        if name is not None and name != kind:
            connection.execute(sa.update(events).where(events.c.kind == kind).values(kind=name))


def downgrade() -> None:
    """Do nothing: an earlier version reads the same names."""
