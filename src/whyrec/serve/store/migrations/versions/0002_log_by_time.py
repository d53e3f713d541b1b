"""Index the log of recommendations by time, so that old ones can be deleted."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("recommendations_by_time", "recommendations", ["time"])


def downgrade() -> None:
    op.drop_index("recommendations_by_time", "recommendations")
