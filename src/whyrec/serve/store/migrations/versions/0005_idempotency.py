"""Add the table of idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        if_not_exists=True,
    )
    op.create_index("idempotency_by_time", "idempotency", ["time"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("idempotency")
